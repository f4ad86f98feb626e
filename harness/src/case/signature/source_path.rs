//! Takes the path of a source file, hands on what of it is the same on every machine.

/// A source file without what depends on the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourcePath {
    /// The path below the package, with the package's name where the path tells it.
    pub(super) path: String,
    /// Whether the file belongs to a package that the program uses, as far as the path tells.
    pub(super) is_package: bool,
}

/// Where packages of others lie.
const PACKAGES: [&str; 6] =
    ["/registry/src/", "/git/checkouts/", "/pkg/mod/", "/vendor/", "/third_party/", "/cargo-vendor-dir/"];
/// Where Rust's and Go's own sources lie.
const SYSTEM: [&str; 14] = [
    "/rustc/",
    "/library/core/src/",
    "/library/std/src/",
    "/library/alloc/src/",
    "/src/libcore/",
    "/src/libstd/",
    "/src/liballoc/",
    "/src/runtime/",
    "/checkout/src/",
    "<anon",
    "<unknown",
    "<::",
    "/lib/rustlib/src/",
    "/src/libcollections/",
];

impl SourcePath {
    /// The path, unless it belongs to the language's own library.
    pub(super) fn new(path: &str) -> Option<Self> {
        let path = path.replace('\\', "/");
        let rooted = if path.starts_with('/') { path.clone() } else { format!("/{}", path.trim_start_matches("./")) };
        let rooted = rooted.replace("/./", "/");
        let is_early =
            ["/libcore/", "/libstd/", "/liballoc/", "/libcollections/"].iter().any(|start| rooted.starts_with(start));
        if is_early || SYSTEM.iter().any(|part| rooted.contains(part)) || path.is_empty() {
            return None;
        }
        let package = PACKAGES.iter().find_map(|mark| {
            let (_, tail) = rooted.rsplit_once(mark)?;
            Some(of_package(mark, tail))
        });
        if let Some(path) = package {
            return Some(Self { path, is_package: true });
        }
        // Where paths are cut at the module, a version marks a module of others.
        if rooted.contains('@') {
            return Some(Self { path: without_versions(rooted.trim_start_matches('/')), is_package: true });
        }
        Some(Self { path: own(&path, &rooted), is_package: false })
    }

    /// The file's name alone.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the path alone tells which program it belongs to: `src/main.rs` is in every second one.
    pub(super) fn is_telling(&self) -> bool {
        let parts = self.path.split('/').count();
        parts >= 4
            || (self.is_package && parts >= 3)
            || (parts == 3 && !["main.rs", "lib.rs", "mod.rs", "main.go"].contains(&self.name()))
    }

    /// Whether both may be the same file, seen from different places.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let (short, long) = if self.path.len() <= other.path.len() { (self, other) } else { (other, self) };
        let tail = long.path.strip_suffix(short.path.as_str());
        let is_tail = tail.is_some_and(|head| head.is_empty() || head.ends_with('/'));
        // A folder of another version may have another name; the last parts are enough.
        is_tail || (short.path.split('/').count() >= 3 && last_parts(&short.path, 3) == last_parts(&long.path, 3))
    }
}

fn last_parts(path: &str, count: usize) -> Vec<&str> {
    path.rsplit('/').take(count).collect()
}

/// `index-1/dashmap-6.1.0/src/lib.rs` as `dashmap/src/lib.rs`.
fn of_package(mark: &str, tail: &str) -> String {
    let below = match mark {
        "/registry/src/" => tail.split_once('/').map_or(tail, |(_, tail)| tail),
        // A checkout has the repository's name with a hash, and the commit below it.
        "/git/checkouts/" => {
            let (repository, rest) = tail.split_once('/').unwrap_or((tail, ""));
            let name = repository.rsplit_once('-').map_or(repository, |(name, _)| name);
            let rest = rest.split_once('/').map_or(rest, |(_, rest)| rest);
            return format!("{name}/{rest}");
        }
        "/third_party/" => {
            tail.split_once("/vendor/").or_else(|| tail.split_once("/forks/")).map_or(tail, |(_, tail)| tail)
        }
        _ => tail,
    };
    without_versions(below)
}

fn without_versions(path: &str) -> String {
    path.split('/').map(without_version).filter(|part| !is_major(part)).collect::<Vec<_>>().join("/")
}

fn is_major(part: &str) -> bool {
    part.strip_prefix('v').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn without_version(part: &str) -> &str {
    let part = part.split('@').next().unwrap_or(part);
    let version =
        part.match_indices('-').find(|(dash, _)| part[dash + 1..].starts_with(|first: char| first.is_ascii_digit()));
    version.map_or(part, |(dash, _)| &part[..dash])
}

/// A path of the program itself: relative as it is, absolute from its package on.
fn own(path: &str, rooted: &str) -> String {
    let is_absolute = path.starts_with('/') || path.get(1..3) == Some(":/");
    if !is_absolute {
        let relative = rooted.trim_start_matches('/').trim_start_matches("../");
        return relative.split('/').filter(|part| !is_major(part)).collect::<Vec<_>>().join("/");
    }
    match path.rfind("/src/").or_else(|| path.rfind("/tests/")) {
        Some(source) => {
            let package = path[..source].rfind('/').map_or(0, |slash| slash + 1);
            without_version(&path[package..source]).to_owned() + &path[source..]
        }
        None => {
            let mut parts = last_parts(path, 3);
            parts.reverse();
            parts.join("/")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> String {
        SourcePath::new(text).map_or_else(String::new, |path| path.path)
    }

    #[test]
    fn the_same_file_of_two_machines_and_versions_is_one() {
        for (text, expected) in [
            ("src/map.rs", "src/map.rs"),
            ("./crates/a/src/map.rs", "crates/a/src/map.rs"),
            ("/home/me/app/src/map.rs", "app/src/map.rs"),
            ("C:\\Users\\me\\app\\src\\map.rs", "app/src/map.rs"),
            ("/root/.cargo/registry/src/index.crates.io-19/dashmap-6.1.0/src/lib.rs", "dashmap/src/lib.rs"),
            ("/cargo/git/checkouts/wapp-e32a3fb79f4ccad3/fb82bb4/src/lib.rs", "wapp/src/lib.rs"),
            ("/go/pkg/mod/example.org/a/b@v1.2.3/store/tree.go", "example.org/a/b/store/tree.go"),
            ("example.org/a/b/v2@v2.0.1/tree.go", "example.org/a/b/tree.go"),
            ("/rustc/59807616e1/library/core/src/slice/mod.rs", ""),
            ("src/libcore/option.rs", ""),
            ("/usr/local/go/src/runtime/panic.go", ""),
        ] {
            assert_eq!(path(text), expected, "{text}");
        }
        let file = |text: &str| SourcePath::new(text).unwrap();
        assert!(file("src/map.rs").is_same(&file("/root/.cargo/registry/src/i/a-1.0.0/src/map.rs")));
        assert!(!file("src/map.rs").is_same(&file("/home/me/app/src/bitmap.rs")));
        assert!(!file("src/main.rs").is_telling() && file("crates/a/src/map.rs").is_telling());
    }
}
