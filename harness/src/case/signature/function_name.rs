//! Takes a function's name as a stack has it, hands on the name that no rebuild, no version and no inlining changes; and whether the
//! function belongs to the system or to the program.

use crate::case::reading::Language;
use crate::finding::without_type_arguments;

/// Packages that come with Rust, or stand below or above every program.
const RUST_SYSTEM: [&str; 12] = [
    "std",
    "core",
    "alloc",
    "test",
    "backtrace",
    "rust_begin_unwind",
    "rust_panic",
    "__rustc",
    "squall_probe",
    "proc_macro",
    "panic_unwind",
    "compiler_builtins",
];
/// Functions without a package that stand below or above every program.
const SYSTEM_FUNCTIONS: [&str; 22] = [
    "main",
    "start_thread",
    "clone",
    "clone3",
    "__clone3",
    "_start",
    "__libc_start_main",
    "__libc_start_call_main",
    "start",
    "abort",
    "raise",
    "__rust_try",
    "gsignal",
    "BaseThreadInitThunk",
    "RtlUserThreadStart",
    "invoke_main",
    "__scrt_common_main_seh",
    "thread_start",
    "_pthread_start",
    "pthread_kill",
    "__pthread_kill",
    "__rust_maybe_catch_panic",
];
/// The first parts of the import paths that come with Go.
const GO_SYSTEM: [&str; 55] = [
    "archive",
    "bufio",
    "builtin",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "panic",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "unicode",
    "unique",
    "unsafe",
    "vendor",
    "weak",
    "_cgo",
    "cgo",
    "golang.org/toolchain",
];
/// What writes a message and raises the panic for its caller.
const GO_RAISERS: [&str; 8] = [
    "go.uber.org/zap",
    "github.com/sirupsen/logrus",
    "github.com/rs/zerolog",
    "k8s.io/klog",
    "github.com/golang/glog",
    "k8s.io/apimachinery/pkg/util/runtime",
    "github.com/pkg/errors",
    "github.com/stretchr/testify",
];

/// The name without hashes, type arguments, closures and marks of the compiler.
pub(super) fn plain_name(language: Language, function: &str) -> String {
    if language == Language::Go || (language == Language::Native && is_go(function)) {
        go_name(function)
    } else {
        rust_name(function)
    }
}

fn is_go(function: &str) -> bool {
    !function.contains("::") && (function.contains(".(*") || (function.contains('/') && function.contains('.')))
}

fn rust_name(function: &str) -> String {
    let demangled = rustc_demangle::demangle(function.trim()).to_string();
    let name = demangled.replace("_<", "<").replace(" as ", "\u{1}");
    let name = without_groups(&name, '{', '}', |inside| !inside.contains("impl"));
    let name = without_crate_marks(&name);
    let name = without_type_arguments(&name);
    let name = name.split([' ', '+']).next().unwrap_or("").trim_end_matches("(…)").trim_end_matches("()");
    let name = name.replace('\u{1}', " as ");
    let name = without_hash(&name);
    let name = inherent(name);
    let mut name = name.replace("::::", "::");
    while let Some(short) = name.strip_suffix("::") {
        name = short.to_owned();
    }
    name
}

/// Leaves off what stands in braces, such as `{{closure}}` and `{closure#0}`.
fn without_groups(name: &str, open: char, close: char, goes: impl Fn(&str) -> bool) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find(open) {
        let mut depth = 0_u32;
        let end = rest[start..].char_indices().find(|(_, sign)| {
            if *sign == open {
                depth += 1;
            } else if *sign == close {
                depth -= 1;
            }
            depth == 0
        });
        let Some((length, _)) = end else { break };
        let end = start + length + close.len_utf8();
        let kept = if goes(&rest[start..end]) { &rest[..start] } else { &rest[..end] };
        plain.push_str(kept);
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

fn without_crate_marks(name: &str) -> String {
    without_groups(name, '[', ']', |inside| {
        let mark = &inside[1..inside.len() - 1];
        mark.len() >= 8 && mark.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

fn without_hash(name: &str) -> String {
    let Some((head, hash)) = name.rsplit_once("::h") else { return name.to_owned() };
    // A line that was cut leaves a part of the hash.
    let is_hash = hash.len() >= 5
        && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        && hash.contains(|sign: char| sign.is_ascii_digit());
    if is_hash { head.to_owned() } else { name.to_owned() }
}

/// One mangling writes `<app::Map>::get`, the other one `app::Map::get`.
fn inherent(name: String) -> String {
    let Some(rest) = name.strip_prefix('<') else { return name };
    let mut depth = 1_u32;
    let close = rest.char_indices().find(|(_, sign)| {
        match sign {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    match close {
        Some((close, _)) if !rest[..close].contains(" as ") => format!("{}{}", &rest[..close], &rest[close + 1..]),
        _ => name,
    }
}

fn go_name(function: &str) -> String {
    let name = function.replace("%2e", ".").replace('·', ".");
    let name = without_groups(&name, '[', ']', |_| true);
    let name = name.replace("(*", "").replace(['(', ')'], "");
    let name = name.rsplit_once("/vendor/").map_or(name.as_str(), |(_, own)| own);
    let parts = name.split('/').filter(|part| !is_version(part)).map(|part| match part.split_once('@') {
        // The version stands between the module and what follows it.
        Some((module, rest)) => rest.split_once('.').map_or(module, |_| module),
        None => part,
    });
    let name = parts.collect::<Vec<_>>().join("/");
    let name = without_last_version(&name);
    without_go_closures(&name).to_owned()
}

/// `example.org/raft/v3.Log.commit` as `example.org/raft.Log.commit`.
fn without_last_version(name: &str) -> String {
    let Some((path, last)) = name.rsplit_once('/') else { return name.to_owned() };
    match last.split_once('.') {
        Some((version, function)) if is_version(version) => format!("{path}.{function}"),
        _ => name.to_owned(),
    }
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Leaves off `.func1`, `.func1.2`, `.gowrap1`, `.deferwrap2`, `-fm` and `-range1`.
fn without_go_closures(name: &str) -> &str {
    let mut name = name.strip_suffix("-fm").unwrap_or(name);
    while let Some((head, last)) = name.rsplit_once(['.', '-']) {
        let letters = last.trim_end_matches(|sign: char| sign.is_ascii_digit());
        let is_mark = letters.is_empty() || ["func", "gowrap", "deferwrap", "range", "inc", "dec"].contains(&letters);
        if !is_mark || (letters == last && !letters.is_empty()) || head.is_empty() {
            break;
        }
        name = head;
    }
    name
}

/// Whether a plain name belongs to the program under test or to a package that it uses.
pub(super) fn is_in_app(language: Language, name: &str) -> bool {
    if !name.contains(char::is_alphabetic)
        || name.starts_with("<unknown>")
        || SYSTEM_FUNCTIONS.contains(&name)
        || name.starts_with("0x")
    {
        return false;
    }
    let is_go = language == Language::Go || (language == Language::Native && is_go(name));
    if is_go { is_go_app(name) } else { is_rust_app(name) }
}

fn is_go_app(name: &str) -> bool {
    let first = name.split('/').next().unwrap_or(name);
    let package = first.split('.').next().unwrap_or(first);
    let is_system = !first.contains('.') || !name.contains('/');
    let is_system = is_system && GO_SYSTEM.contains(&package) && !name.starts_with("main.");
    !is_system && !GO_RAISERS.iter().any(|raiser| name.starts_with(raiser)) && !name.starts_with("golang.org/toolchain")
}

fn is_rust_app(name: &str) -> bool {
    match name.strip_prefix('<').and_then(|inside| inside.split_once(" as ")) {
        Some((own, of_trait)) => has_app_package(own) || has_app_package(of_trait),
        None if name.contains("::") => has_app_package(name),
        None => {
            !name.starts_with('_')
                && !name.starts_with("rust_")
                && !name.contains("sanitizer")
                && !name.contains("LLVMFuzzer")
        }
    }
}

fn has_app_package(path: &str) -> bool {
    let bare = path.trim_start_matches(['<', '&', '*', '(', '[', ' ']);
    let bare = ["mut ", "dyn ", "const "].iter().fold(bare, |bare, word| bare.trim_start_matches(word));
    bare.split_once("::").is_some_and(|(first, _)| {
        let first = first.trim_end_matches('>');
        !RUST_SYSTEM.contains(&first) && first != "fuzzer" && !first.starts_with("__")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_function_of_two_builds_is_one() {
        for name in [
            "app::map::Sharded::insert",
            "app::map::Sharded::insert::h1854dee5fd9945b4",
            "app::map::Sharded<K,V>::insert::{{closure}}::h0054dee5fd9945b4",
            "app[e28293b1aa0f68bd]::map::Sharded::insert::<u64, alloc[00e28293]::vec::Vec<u8>>",
            "<app::map::Sharded<_>>::insert::{closure#0}",
            "<app[e28293b1aa0f68bd]::map::Sharded<u8>>::insert::{closure#3}::{closure#0}",
            "_ZN3app3map7Sharded6insert17h0123456789abcdefE",
        ] {
            assert_eq!(plain_name(Language::Rust, name), "app::map::Sharded::insert", "{name}");
        }
        let guard = "<app::Guard<T> as core::ops::drop::Drop>::drop::hf65b4a6e2be3fc40";
        assert_eq!(plain_name(Language::Rust, guard), "<app::Guard as core::ops::drop::Drop>::drop");
        for name in [
            "example.org/a/b/v2/store.(*Tree).Put",
            "example.org/a/b/store/v3.(*Tree).Put",
            "example.org/a/b/store.(*Tree[...]).Put.func1.2",
            "example.org/c/vendor/example.org/a/b/store.(*Tree).Put-fm",
            "example.org/a/b@v1.2.3/store.Tree.Put.gowrap1",
        ] {
            assert_eq!(plain_name(Language::Go, name), "example.org/a/b/store.Tree.Put", "{name}");
        }
        assert_eq!(plain_name(Language::Go, "main.main.func1"), "main.main");
        assert_eq!(plain_name(Language::Go, "gopkg.in/yaml%2ev2.handleErr"), "gopkg.in/yaml.v2.handleErr");
    }

    #[test]
    fn the_system_is_told_from_the_program() {
        for name in [
            "core::panicking::panic",
            "<alloc::vec::Vec as core::ops::index::Index>::index",
            "main",
            "__libc_start_main",
        ] {
            assert!(!is_in_app(Language::Rust, name), "{name}");
        }
        for name in ["app::main", "<alloc::vec::Vec as app::Container>::grow", "c_function"] {
            assert!(is_in_app(Language::Rust, name), "{name}");
        }
        for name in ["runtime.gopanic", "net/http.conn.serve", "encoding/json.Unmarshal", "panic"] {
            assert!(!is_in_app(Language::Go, name), "{name}");
        }
        for name in ["main.main", "example.org/a.F", "log.example/x.F", "mycompany/orders.Place"] {
            assert!(is_in_app(Language::Go, name), "{name}");
        }
    }
}
