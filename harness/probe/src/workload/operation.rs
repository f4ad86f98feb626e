//! The kinds of operation of a workload, as an enum that knows its names.

/// The operations that a workload can be asked for; made by [`operations!`](crate::operations).
pub trait Operation: Copy + Send + Sync + 'static {
    /// All operations, in the order of the recorder's rows.
    const ALL: &'static [Self];

    /// The operation's name in an experiment's `mix`.
    fn name(self) -> &'static str;
}

/// Declares an enum of operations with their names.
///
/// ```
/// squall_probe::operations! {
///     /// What a queue is asked.
///     pub enum QueueOperation { Push = "push", Pop = "pop" }
/// }
/// use squall_probe::Operation;
/// assert_eq!(QueueOperation::ALL[1].name(), "pop");
/// ```
#[macro_export]
macro_rules! operations {
    ($(#[$meta:meta])* $visibility:vis enum $type:ident { $($(#[$variant_meta:meta])* $variant:ident = $name:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $visibility enum $type {
            $(
                $(#[$variant_meta])*
                #[doc = concat!("`", $name, "`")]
                $variant,
            )+
        }

        impl $crate::Operation for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}
