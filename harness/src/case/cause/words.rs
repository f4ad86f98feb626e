//! The words by which causes are told, for the classifier: in messages that programs write themselves, and in the names of
//! functions. Alternatives stand between bars.

use super::class::CauseClass::{
    self, Arithmetic, BorrowConflict, Bounds, BrokenInvariant, ClosedChannel, ConcurrentMapAccess, DataRace, Deadlock,
    Encoding, Environment, ErrorUnwrapped, InvalidInput, InvalidMemory, Network, NilDereference, NoneUnwrapped,
    OutOfMemory, PoisonedLock, ResourceExhaustion, RuntimeMisuse, SyncMisuse, TimedOut, TypeMismatch, Unimplemented,
};

/// Words of messages, in lower case. Classes stand in the order in which their words tell most.
pub(super) const WORDS: &[(CauseClass, &str)] = &[
    (ConcurrentMapAccess, "concurrent map"),
    (Deadlock, "deadlock|lock order|would block forever|stuck|all goroutines are asleep"),
    (DataRace, "data race|race condition|race detected"),
    (
        ClosedChannel,
        "closed channel|channel closed|channel is closed|disconnected channel|recverror|senderror|\
         receiver dropped|sender dropped|receiver is gone|disconnected|channel has been closed|receiver closed|\
         hung up|closed chan",
    ),
    (PoisonedLock, "poison"),
    (
        TimedOut,
        "timed out|timeout|time out|deadline exceeded|context canceled|context cancelled|elapsed(())|\
         was cancelled|cancelled(|joinerror::cancelled|operation was canceled|took too long",
    ),
    (
        ResourceExhaustion,
        "too many open files|code: 24|emfile|resource temporarily unavailable|no space left|quota|limit exceeded|\
         too many connections|pool exhausted|no available|storagefull|exhausted|wouldblock|too many|outofdisk|\
         failed to spawn thread|disk full|maximum number",
    ),
    (
        OutOfMemory,
        "out of memory|outofmemory|oom|allocation failed|cannot allocate|memory allocation|alloc error|\
         allocate memory",
    ),
    (
        Encoding,
        "utf-8|utf8|utf-16|char boundary|invalid byte|fromutf8error|not valid unicode|unicode|encoding|codepoint|\
         base64|invalid symbol|osstring",
    ),
    (
        InvalidInput,
        "parseinterror|parsefloaterror|invaliddigit|parse error|parsing|failed to parse|could not parse|\
         couldn't parse|unable to parse|cannot parse|unmarshal|deserial|invalid digit|unexpected token|\
         unexpected character|unexpected end|unexpected eof|eof while|malformed|invalid value|invalid type|\
         missing field|unknown variant|bad format|invalid input|invalid argument|invalid header|syntaxerror|\
         syntax error|invalid url|regex|checksum|corrupt|decode|decoding|expected value|trailing characters|\
         unsupported|unrecognized|unknown type|invalid data|invaliddata|invalid length|unexpected byte|toml|yaml|\
         json|invalid config|invalid format|invalid magic|not a valid",
    ),
    (
        Environment,
        "no such file|notfound|code: 2,|permission denied|permissiondenied|code: 13|operation not permitted|\
         environment variable|notpresent|env var|address already in use|addrinuse|code: 98|code: 48|\
         code: 10048|read-only file|readonlyfilesystem|not a directory|is a directory|no such device|\
         cannot find|not installed|missing config|config|home directory|could not open|failed to open|\
         unable to open|couldn't open|file not found|alreadyexists|already exists|cross-device|dlopen|\
         libloading|glibc|unsupported platform|no default|noentry|enoent|eacces|no such process|\
         available port|port is in use|failed to initialize|failed to init|could not initialize|\
         initialization failed",
    ),
    (
        Network,
        "connection refused|connectionrefused|code: 111|code: 61|connection reset|connectionreset|code: 104|\
         broken pipe|brokenpipe|code: 32,|dns|no route|network is unreachable|networkunreachable|\
         unreachable host|no such host|tls|certificate|handshake|hyper|reqwest|connect to|failed to connect|\
         status code|websocket|socket|connection closed|transport|notconnected|connectionaborted|connection|peer|\
         http",
    ),
    (
        Unimplemented,
        "not implemented|unimplemented|todo|not yet|not supported|unsupported operation|is not available yet",
    ),
    (
        RuntimeMisuse,
        "no reactor|within a runtime|tokio context|tokio 1.x|runtime is not|event loop|main thread|\
         no current task|polled after|executor",
    ),
    (SyncMisuse, "waitgroup|unlock of|unlocked|not locked|lock is not held"),
    (BorrowConflict, "already borrowed|already mutably borrowed|borrowmuterror|borrowerror|double borrow"),
    (
        TypeMismatch,
        "downcast|type mismatch|wrong type|expected type|interface conversion|cannot convert|invalid cast|\
         not a string|type assertion|incompatible type|unexpected type|is not a |mismatched type|unassignable|\
         unaddressable",
    ),
    (
        Arithmetic,
        "overflow|underflow|divide by zero|division by zero|div by zero|nan|infinit|tryfrominterror|\
         out of range integral|subtract|too large to fit|negative",
    ),
    (
        Bounds,
        "out of bounds|out of range|index out|outofbounds|beyond|exceeds|past the end|past end|invalid index|\
         too short|cannot advance|too small|out-of-range|range start|range end|overrun|too long|length|capacity|\
         index",
    ),
    (
        NilDereference,
        "nil pointer|nil map|null pointer|is nil|nil value|was nil|must not be nil|cannot be nil|nullptr|\
         null reference",
    ),
    (
        NoneUnwrapped,
        "`none`|is none|was none|not found|no such|missing|does not exist|doesn't exist|should exist|must exist|\
         not set|expected some|unknown|no entry|non-existent|nonexistent|must be set|should be present|unset|\
         not initialized|uninitialized|not registered",
    ),
    (
        Environment,
        "display|wayland|x11|gpu|adapter|vulkan|driver|tty|terminal|locale|timezone|executable|library|\
         kernel|settings|surface|device|graphics|window|registry",
    ),
    (
        InvalidMemory,
        "use after free|double free|segfault|segmentation|dangling|misaligned|memory corruption|sigsegv|\
         uninitialized memory|bad pointer|invalid pointer",
    ),
    (
        BrokenInvariant,
        "assert|invariant|unreachable|impossible|should never|must be|should be|unexpected|inconsistent|bug|\
         cannot happen|can't happen|illegal state|invalid state|expected|mismatch|duplicate|already|violat|\
         shouldn't|should have|must have|broken|internal error|sanity|not equal|differ|negative ref|ref count|\
         refcount|reference count|wrong state|logic error|not possible|twice",
    ),
    (InvalidInput, "invalid|bad|illegal|wrong|unknown|malformed|refused"),
];

/// Parts of the names of functions that a panic comes through.
pub(super) const FUNCTIONS: &[(CauseClass, &str)] = &[
    (
        Bounds,
        "panic_bounds_check|slice_index|slice_start_index|slice_end_index|panicIndex|panicSlice|goPanicIndex|\
         goPanicSlice",
    ),
    (NoneUnwrapped, "option::unwrap_failed|option::expect_failed"),
    (ErrorUnwrapped, "result::unwrap_failed"),
    (Encoding, "slice_error_fail|from_utf8"),
    (OutOfMemory, "capacity_overflow|handle_alloc_error|alloc::alloc::handle|rust_oom"),
    (BorrowConflict, "panic_already_borrowed|panic_already_mutably_borrowed"),
    (Arithmetic, "panic_const_|panicdivide|panicoverflow"),
    (NilDereference, "runtime.panicmem|runtime.sigpanic"),
    (TypeMismatch, "panicdottype"),
    (ConcurrentMapAccess, "mapassign|mapaccess|mapiternext|mapdelete"),
    (BrokenInvariant, "assert_failed"),
];
