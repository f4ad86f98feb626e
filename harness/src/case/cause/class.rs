//! The closed list of cause classes: what kind of mistake or circumstance made a program break.

use serde::{Deserialize, Serialize};

/// Declares the classes once: name, meaning, and what to do first.
macro_rules! classes {
    ($($variant:ident = $name:literal, $meaning:literal, $response:literal;)*) => {
        /// What kind of mistake or circumstance made a program break.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum CauseClass {
            $(#[doc = $meaning] #[serde(rename = $name)] $variant,)*
        }

        impl CauseClass {
            /// All classes, in the order in which they are documented.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The class's name in results.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the class means, in one line.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }

            /// What to do first.
            pub const fn response(self) -> &'static str {
                match self { $(Self::$variant => $response,)* }
            }
        }
    };
}

classes! {
    Bounds = "bounds", "An index, a range or a length lies outside of what is there.",
        "check where the index and the length come from, and whether another thread changes one of them in between";
    NoneUnwrapped = "none_unwrapped", "A value was expected where there was none.",
        "handle the absent case, or find out why it is absent";
    NilDereference = "nil_dereference", "A pointer, interface or map was used before it was set, or after it was cleared.",
        "check where the value is set, and whether an error was ignored there";
    ErrorUnwrapped = "error_unwrapped", "An operation failed, and its error was taken for impossible.",
        "pass the error on, and look at what failed";
    Arithmetic = "arithmetic", "A number left its type's range, or was divided by zero.",
        "use checked or saturating arithmetic, and find the value that was too large or too small";
    BorrowConflict = "borrow_conflict", "A value was borrowed again while it was borrowed.",
        "end the first borrow before calling what borrows again, such as a callback";
    PoisonedLock = "poisoned_lock", "A lock was left by a panic.",
        "look for the panic before it; recover the lock if the data is still sound";
    Deadlock = "deadlock", "Threads or goroutines wait for each other, or for something that never comes.",
        "look at what each one holds and waits for; take locks in one order";
    DataRace = "data_race", "Two threads accessed the same memory without an order.",
        "protect the memory, or give each thread its own";
    ConcurrentMapAccess = "concurrent_map_access", "A map was used by several goroutines at once, one of which wrote.",
        "lock the map, shard it, or use a concurrent one";
    ClosedChannel = "closed_channel", "A channel was used after it was closed, or its other end is gone.",
        "let one owner close it, after all senders have ended";
    SyncMisuse = "sync_misuse", "A lock, counter or wait group was used against its rules.",
        "look for a release without its acquisition, and for a copy of the lock";
    RuntimeMisuse = "runtime_misuse", "An asynchronous runtime was used where there is none, or from within itself.",
        "keep blocking calls out of tasks, and enter the runtime before calling";
    InvalidMemory = "invalid_memory", "Memory was used that is freed, foreign or not there.",
        "run under a sanitizer; look at unsafe code and at foreign code";
    OutOfMemory = "out_of_memory", "Memory could not be had.",
        "find what grows, or a size that was computed wrong; set a limit";
    StackOverflow = "stack_overflow", "A stack was used up, as a rule by recursion.",
        "bound the recursion, or make it a loop";
    Encoding = "encoding", "Text or bytes were not in the form that was assumed.",
        "cut text at character boundaries, and check bytes before taking them for text";
    InvalidInput = "invalid_input", "Data from outside could not be parsed or was refused.",
        "check the data where it comes in, and answer with an error";
    TypeMismatch = "type_mismatch", "A value was of another type than it was taken for.",
        "check the type before converting";
    BrokenInvariant = "broken_invariant", "An assertion failed, or code was reached that cannot be reached.",
        "find the step that broke the invariant; it lies before the panic";
    Unimplemented = "unimplemented", "Something is not there yet.",
        "avoid the feature, or add it";
    ResourceExhaustion = "resource_exhaustion", "Files, threads, sockets, disk or quotas ran out.",
        "find the leak, or raise the limit";
    TimedOut = "timed_out", "Something took too long, or was cancelled.",
        "look at what it waited for; handle cancellation as an ordinary end";
    Environment = "environment", "A file, a setting, a device, an address or a permission of the machine was not as expected.",
        "check the settings and the machine; say in the message what is missing";
    Network = "network", "A peer refused, reset, or did not answer.",
        "retry with back-off, and treat a lost peer as an ordinary event";
    CompilerBug = "compiler_bug", "The compiler itself broke.",
        "report it, and write the code another way meanwhile";
    RaisedOnPurpose = "raised_on_purpose", "The program ended itself with a message of its own.",
        "read the message: the program knew why";
    Unknown = "unknown", "Nothing tells the cause.",
        "run again with stacks turned on";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_class_with_its_meaning_and_its_response() {
        let page = include_str!("../README.md");
        for class in CauseClass::ALL {
            let row = format!("| `{}` | {} | {} |", class.name(), class.meaning(), class.response());
            assert!(page.contains(&row), "harness/src/case/README.md has the row {row}");
        }
    }
}
