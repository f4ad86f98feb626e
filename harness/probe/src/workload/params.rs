//! The parameters of a workload: names, meanings, defaults and ranges, declared once and checked on both sides.

use squall_model::ParamDescription;

/// The parameters of a workload; made by [`params!`](crate::params).
pub trait Params: serde::de::DeserializeOwned + Default + Send + Sync + 'static {
    /// What the parameters are, for the experiment's check and for `squall list workloads`.
    fn describe() -> Vec<ParamDescription>;
}

/// The parameters of a workload that has none.
#[derive(Debug, Clone, Copy, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoParams {}

impl Params for NoParams {
    fn describe() -> Vec<ParamDescription> {
        Vec::new()
    }
}

/// Declares the parameters of a workload. A range is optional; the doc comment's text is shown to users.
///
/// ```
/// squall_probe::params! {
///     /// The parameters of the sharded map.
///     pub struct MapParams {
///         shards: u64 = 16, in 1.0..=65536.0, "how many locks share the keys";
///         prefill: bool = true, "whether every key is inserted first";
///     }
/// }
/// assert_eq!(MapParams::default().shards, 16);
/// ```
#[macro_export]
macro_rules! params {
    ($(#[$meta:meta])* $visibility:vis struct $type:ident {
        $($name:ident: $kind:ty = $default:expr, $(in $min:literal..=$max:literal,)? $summary:literal;)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, $crate::__private::serde::Deserialize)]
        #[serde(crate = "squall_probe::__private::serde", default, deny_unknown_fields)]
        $visibility struct $type {
            $(
                #[doc = $summary]
                pub $name: $kind,
            )+
        }

        impl ::core::default::Default for $type {
            fn default() -> Self {
                Self { $($name: $default,)+ }
            }
        }

        impl $crate::Params for $type {
            fn describe() -> ::std::vec::Vec<$crate::__private::ParamDescription> {
                let default = Self::default();
                ::std::vec![$(
                    $crate::__private::ParamDescription {
                        name: ::core::stringify!($name).to_owned(),
                        summary: $summary.to_owned(),
                        default: $crate::__private::json(&default.$name),
                        min: $crate::__optional!($($min)?),
                        max: $crate::__optional!($($max)?),
                    },
                )+]
            }
        }
    };
}

/// `Some` of what is there, or `None`.
#[doc(hidden)]
#[macro_export]
macro_rules! __optional {
    () => {
        ::core::option::Option::None
    };
    ($value:literal) => {
        ::core::option::Option::Some($value)
    };
}

#[cfg(test)]
mod tests {
    use crate as squall_probe;
    use crate::Params;

    squall_probe::params! {
        /// A test's parameters.
        struct TestParams {
            shards: u64 = 16, in 1.0..=64.0, "how many shards";
            name: String = "x".to_owned(), "what it is called";
        }
    }

    #[test]
    fn declared_parameters_know_their_defaults_and_ranges() {
        let described = TestParams::describe();
        assert_eq!(described[0].objection(&serde_json::json!(0)).unwrap(), "`0` is out of range: 1 to 64");
        assert!(described[0].objection(&serde_json::json!("many")).unwrap().contains("whole number"));
        assert_eq!(described[1].objection(&serde_json::json!("y")), None);
        assert!(serde_json::from_str::<TestParams>(r#"{"shard": 1}"#).is_err());
    }
}
