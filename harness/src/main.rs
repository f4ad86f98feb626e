//! The `squall` command.

fn main() -> std::process::ExitCode {
    squall::cli::main().into()
}
