//! The talk before a trial: what can this program be used for?

use super::host::Leash;
use super::launch::Launch;
use super::run_error::RunError;
use super::subject::{Heard, Subject};
use squall_model::protocol::{Command, Report};
use squall_model::{PROTOCOL, TargetDescription};
use std::time::Duration;

/// How long a program has to say what it can be used for.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of a silent program's standard error is told.
const STDERR_TOLD_MAX: usize = 400;

/// Asks the program what it can be used for.
///
/// # Errors
/// If it cannot be started, says nothing, says something else, or speaks a newer protocol.
pub async fn describe(launch: &Launch, leash: &Leash) -> Result<TargetDescription, RunError> {
    let mut subject = Subject::start(launch, leash, None, None)?;
    subject.tell(&Command::Describe {}).await;
    let heard = tokio::time::timeout(ANSWER_TIMEOUT, subject.hear()).await;
    let stderr = subject.bury().await;
    let does_not_speak = |reason| RunError::DoesNotSpeak { program: launch.program.clone(), reason };
    match heard {
        Ok(Heard::Report(report)) => match *report {
            Report::Description(description) if description.protocol > PROTOCOL => Err(does_not_speak(format!(
                "it speaks version {} of the protocol, this squall up to {PROTOCOL}",
                description.protocol
            ))),
            Report::Description(description) => Ok(*description),
            _ => Err(does_not_speak("it answered something else than what it can be used for".to_owned())),
        },
        Ok(Heard::Garbage(text)) => Err(does_not_speak(format!("it said {text}"))),
        Ok(Heard::Silence) => Err(does_not_speak(format!("it ended without a word{}", said_on_stderr(&stderr)))),
        Err(_) => {
            let seconds = ANSWER_TIMEOUT.as_secs();
            Err(does_not_speak(format!("it said nothing for {seconds} s{}", said_on_stderr(&stderr))))
        }
    }
}

fn said_on_stderr(stderr: &str) -> String {
    let text = stderr.trim();
    if text.is_empty() {
        return String::new();
    }
    let start = text.ceil_char_boundary(text.len().saturating_sub(STDERR_TOLD_MAX));
    format!("; on its standard error: {}", &text[start..])
}
