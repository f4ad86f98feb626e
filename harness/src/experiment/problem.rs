//! Every way in which an experiment can be wrong, each with the offending text, so that its message alone suffices.

use super::source::FILE_BYTES_MAX;
use super::suggestion::Suggestion;
use super::yaml::{BRACKETS_MAX, VALUES_MAX};
use squall_model::fault::FAULTS_MAX;
use squall_model::units::TimeSpan;

/// What is wrong with an experiment, without its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is no file of this name.
    #[error("there is no such file{0}")]
    NoSuchFile(Suggestion),
    /// The file exists but cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// A directory was named instead of a file.
    #[error("this is a directory, not an experiment file{0}")]
    Directory(Suggestion),
    /// The file is larger than any experiment.
    #[error("the file is larger than {} KiB, so it is no experiment", FILE_BYTES_MAX / 1024)]
    TooLarge,
    /// The file is not UTF-8.
    #[error("the byte `{byte:#04X}` is not part of UTF-8 text; an experiment is a YAML file in UTF-8")]
    NotText {
        /// The first byte that does not belong.
        byte: u8,
    },
    /// The file holds a character that text does not have.
    #[error("the control character `{}` does not belong into text; is this a binary file?", character.escape_unicode())]
    ControlCharacter {
        /// The first such character.
        character: char,
    },
    /// The file has no content.
    #[error("the file is empty; an experiment has at least `name` and `target`")]
    Empty,
    /// The file has only comments.
    #[error("the file holds nothing but comments; an experiment has at least `name` and `target`")]
    OnlyComments,
    /// The text is no YAML.
    #[error("this is not YAML: {reason}{}", hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    Syntax {
        /// What the YAML parser says.
        reason: String,
        /// How it is probably meant.
        hint: Option<String>,
    },
    /// The file holds more than one YAML document.
    #[error("`---` begins a second document, but a file holds one experiment; use one file for each")]
    SeveralDocuments,
    /// Aliases unfold into too many values.
    #[error(
        "the file unfolds into more than {VALUES_MAX} values, so it is no experiment; write values out instead of using aliases"
    )]
    TooManyValues,
    /// Collections are nested too deeply.
    #[error("collections are nested too deeply here for an experiment")]
    TooDeep,
    /// More brackets than any experiment has.
    #[error("the file has more than {BRACKETS_MAX} opening brackets, so it is no experiment")]
    TooManyBrackets,
    /// A YAML tag.
    #[error("the tag `!{tag}` has no meaning in an experiment; leave it out")]
    Tag {
        /// The tag's name.
        tag: String,
    },
    /// A key stands twice in one map.
    #[error("the key `{key}` stands here a second time; remove one of the two")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A list names the same thing twice.
    #[error("`{name}` is listed a second time; remove one of the two")]
    DuplicateEntry {
        /// The entry.
        name: String,
    },
    /// A name is not known.
    #[error("unknown {what} `{name}`{}{suggestion}", within.as_ref().map(|within| format!(" in `{within}`")).unwrap_or_default())]
    UnknownName {
        /// What kind of name it is.
        what: &'static str,
        /// The name as written.
        name: String,
        /// The key under which it stands, if not at the top level.
        within: Option<String>,
        /// What could be meant.
        suggestion: Suggestion,
    },
    /// A required key is left out.
    #[error("{} lacks `{key}`", within.as_ref().map_or_else(|| "the experiment".to_owned(), |within| format!("`{within}`")))]
    MissingKey {
        /// The key of the map that lacks it; `None` for the top level.
        within: Option<String>,
        /// The key that is missing.
        key: &'static str,
    },
    /// A value of another kind is expected.
    #[error("{found} stands where {expected} is expected")]
    WrongKind {
        /// The value that stands there.
        found: String,
        /// What is expected.
        expected: String,
    },
    /// A text or number does not say what it has to; the message names it.
    #[error("{0}")]
    Unfit(String),
    /// A number lies outside its range.
    #[error("`{text}` is out of range: {range}")]
    OutOfRange {
        /// The value as written.
        text: String,
        /// The range in words.
        range: String,
    },
    /// Keys that exclude each other, or one that needs another.
    #[error("{0}")]
    Target(#[from] TargetProblem),
    /// A fault that cannot act as written.
    #[error("{0}")]
    Fault(#[from] FaultProblem),
    /// A threshold that nothing could break or keep.
    #[error("the threshold `{threshold}` is about nothing: {reason}")]
    ThresholdOnNothing {
        /// The threshold's name.
        threshold: String,
        /// Why there is nothing to judge.
        reason: String,
    },
    /// A text is no threshold's condition.
    #[error("{0}")]
    Threshold(String),
    /// The key distribution contradicts itself.
    #[error("{0}")]
    Keys(#[from] KeysProblem),
    /// All operations have no weight.
    #[error("the weights of `mix` sum to 0, so there is no operation to do")]
    NoWeight,
    /// Arrivals are given for a closed loop.
    #[error("`arrivals: {written}` needs a `rate`: without one the loop is closed and each operation follows the last")]
    ArrivalsWithoutRate {
        /// The arrivals as written.
        written: String,
    },
    /// All phases have no length.
    #[error("all phases last 0s, so nothing would be run")]
    NoPhase,
    /// The target cannot do what is asked.
    #[error("{0}")]
    NotPossible(String),
    /// An override cannot be applied.
    #[error("{0}")]
    Override(String),
}

/// What is wrong with how the target is named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TargetProblem {
    /// Neither package nor command.
    #[error("`target` names no program; give `package: NAME` or `command: [./program, …]`")]
    NoProgram,
    /// Both package and command.
    #[error("`target` names both `package` and `command`; keep one of the two")]
    TwoPrograms,
    /// A key that belongs to the other way of naming a program.
    #[error("`{key}` belongs to a target that is named by `{belongs_to}`")]
    ForeignKey {
        /// The key.
        key: &'static str,
        /// `package` or `command`.
        belongs_to: &'static str,
    },
    /// The command has no words.
    #[error("`command: []` names no program; write for instance `[./program, --flag]`")]
    EmptyCommand,
}

/// What is wrong with a fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultProblem {
    /// There are too many faults.
    #[error("this is fault number {}, but one experiment has at most {FAULTS_MAX}", FAULTS_MAX + 1)]
    TooMany,
    /// There are faults, but no time for them.
    #[error("`fault: 0s` leaves no time for the faults of this experiment, of which there are {count}")]
    NoFaultPhase {
        /// How many faults there are.
        count: usize,
    },
    /// The window reaches beyond the fault phase.
    #[error("the window `{written}` ends at {end}, but the fault phase lasts {phase}")]
    EndsOutsidePhase {
        /// The window as a human would write it.
        written: String,
        /// Its end.
        end: TimeSpan,
        /// The length of the fault phase.
        phase: TimeSpan,
    },
    /// The window begins when the fault phase is over.
    #[error("the window `{written}` begins at {start}, but the fault phase lasts {phase}")]
    BeginsOutsidePhase {
        /// The window as a human would write it.
        written: String,
        /// Its beginning.
        start: TimeSpan,
        /// The length of the fault phase.
        phase: TimeSpan,
    },
    /// The fault would do nothing.
    #[error("the fault `{fault}` would do nothing: {reason}")]
    DoesNothing {
        /// The fault's kind.
        fault: &'static str,
        /// Why.
        reason: String,
    },
}

/// What is wrong with a key distribution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeysProblem {
    /// Both a Zipf law and a hot set.
    #[error("`zipf` and `hot` exclude each other; keep one of the two")]
    TwoDistributions,
    /// The hot set is no part of the keys.
    #[error("`keys: {hot}` hot keys leave none of the {count} keys cold; write fewer")]
    HotSetTooLarge {
        /// How many keys are hot.
        hot: u64,
        /// How many keys there are.
        count: u64,
    },
}

impl Problem {
    /// What helps to put it right, beyond the message: the names that are known here.
    pub(super) fn help(&self) -> Option<String> {
        match self {
            Self::UnknownName { suggestion, .. } | Self::NoSuchFile(suggestion) | Self::Directory(suggestion) => {
                let listed = suggestion.listed()?;
                Some(match &suggestion.nearest {
                    Some(nearest) => format!("did you mean `{nearest}`? {listed}"),
                    None => listed,
                })
            }
            Self::Syntax { hint, .. } => hint.clone(),
            _ => None,
        }
    }

    /// The known name that was probably meant.
    pub(super) fn nearest(&self) -> Option<&str> {
        match self {
            Self::UnknownName { suggestion, .. } | Self::NoSuchFile(suggestion) | Self::Directory(suggestion) => {
                suggestion.nearest.as_deref()
            }
            _ => None,
        }
    }

    /// Whether the text around the problem is not fit to be shown on a terminal.
    pub(super) const fn hides_source(&self) -> bool {
        matches!(self, Self::NotText { .. } | Self::ControlCharacter { .. })
    }
}
