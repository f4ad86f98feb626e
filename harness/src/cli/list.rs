//! `squall list`: what experiments can use.

use super::arguments::{Colour, Format, ListArguments, Listed, Output};
use super::output::tell;
use super::problem::Problem;
use super::run::runtime;
use super::target::{PackageTarget, directory_of, launch_of_package};
use crate::run::{Leash, describe, describe_functions};
use squall_model::fault::{FaultName, FunctionPattern};
use squall_model::{ExitCode, ParamDescription, Table, TargetDescription, history, text};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Lists workloads, points, functions or faults.
pub(super) fn list(arguments: &ListArguments, output: Output) -> Result<ExitCode, Problem> {
    if arguments.what == Listed::Faults {
        print_faults(arguments, output);
        return Ok(ExitCode::Passed);
    }
    let description = only_matching(runtime()?.block_on(describe_package(arguments))?, arguments)?;
    if output.format != Format::Human {
        tell(&serde_json::to_string(&description).unwrap_or_default());
        return Ok(ExitCode::Passed);
    }
    match arguments.what {
        Listed::Points => print_points(&description),
        Listed::Functions => print_functions(&description),
        Listed::Atomics => print_atomics(&description),
        Listed::Workloads | Listed::Faults => print_workloads(&description),
    }
    Ok(ExitCode::Passed)
}

async fn describe_package(arguments: &ListArguments) -> Result<TargetDescription, Problem> {
    let leash = Leash::start().map_err(Problem::system("starting the leash"))?;
    let package = PackageTarget {
        name: arguments.package.clone(),
        bin: arguments.bin.clone(),
        manifest: arguments.manifest.clone(),
    };
    let output = Output { format: Format::Human, color: Colour::Auto };
    let launch = launch_of_package(package, &directory_of(Path::new("./x")), &leash, output).await?;
    let mut description = describe(&launch, &leash).await?;
    match arguments.what {
        Listed::Functions | Listed::Atomics => {
            let workloads = workloads_read(arguments, &description);
            describe_functions(&launch.program, &mut description, &workloads)?;
        }
        // Without symbols nobody knows which points a workload passes: all are listed.
        Listed::Points if arguments.workload.is_some() => {
            let workloads = workloads_read(arguments, &description);
            let _ = describe_functions(&launch.program, &mut description, &workloads);
            description.functions.clear();
        }
        Listed::Points | Listed::Workloads | Listed::Faults => {}
    }
    Ok(description)
}

/// The workloads of which it is to be told what each comes by: the one that is asked for, or all where only that can be listed.
fn workloads_read(arguments: &ListArguments, description: &TargetDescription) -> Vec<String> {
    match &arguments.workload {
        Some(workload) => vec![workload.clone()],
        None if arguments.what == Listed::Atomics => {
            description.workloads.iter().map(|workload| workload.name.clone()).collect()
        }
        None => Vec::new(),
    }
}

/// Whether a name is to be listed.
fn is_asked(arguments: &ListArguments, name: &str) -> bool {
    arguments.pattern.as_ref().is_none_or(|pattern| FunctionPattern::new(pattern.as_str()).matches(name))
}

/// Takes out of a description what was not asked for. Functions without a beginning cannot be aimed at.
fn only_matching(mut description: TargetDescription, arguments: &ListArguments) -> Result<TargetDescription, Problem> {
    if let Some(wanted) = &arguments.workload {
        description.workloads.retain(|workload| workload.name == *wanted);
        if description.workloads.is_empty() {
            return Err(Problem::NothingListed { what: "workload", name: wanted.clone() });
        }
        if !arguments.all {
            keep_reached(&mut description);
        }
    }
    match arguments.what {
        Listed::Workloads => description.workloads.retain(|workload| is_asked(arguments, &workload.name)),
        Listed::Points => description.points.retain(|point| is_asked(arguments, &point.name)),
        Listed::Functions => description
            .functions
            .retain(|function| !function.addresses.is_empty() && is_asked(arguments, &function.name)),
        Listed::Atomics => {
            for reach in description.workloads.iter_mut().filter_map(|workload| workload.reach.as_mut()) {
                reach.atomics.retain(|atomic| is_asked(arguments, &atomic.name));
            }
        }
        Listed::Faults => {}
    }
    let nothing = match arguments.what {
        Listed::Workloads => description.workloads.is_empty(),
        Listed::Points => description.points.is_empty(),
        Listed::Functions => description.functions.is_empty(),
        Listed::Atomics => atomics(&description).is_empty(),
        Listed::Faults => false,
    };
    match &arguments.pattern {
        Some(pattern) if nothing => Err(Problem::NothingListed { what: "name", name: pattern.clone() }),
        _ => Ok(description),
    }
}

/// Keeps the functions and points that the only workload can come by; all, if that cannot be told.
fn keep_reached(description: &mut TargetDescription) {
    let Some(reach) = description.workloads.first().and_then(|workload| workload.reach.clone()) else { return };
    description.points.retain(|point| reach.points.contains(&point.name));
    for function in &mut description.functions {
        function.addresses.retain(|address| reach.functions.binary_search(address).is_ok());
    }
}

fn print_functions(description: &TargetDescription) {
    let mut table = Table::new(&["function", "bytes", "instances"], str::to_owned);
    for function in &description.functions {
        table.row([&function.name, &text::count(function.bytes), &text::count(function.addresses.len() as u64)]);
    }
    print_table(&table);
}

/// The atomic instructions of all workloads, each with the number of its instances.
fn atomics(description: &TargetDescription) -> BTreeMap<&str, usize> {
    let reached = description.workloads.iter().filter_map(|workload| workload.reach.as_ref());
    let mut instances: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    for atomic in reached.flat_map(|reach| &reach.atomics) {
        let places = atomic.places.iter().map(|(address, _)| *address);
        instances.entry(&atomic.name).or_default().extend(places);
    }
    instances.into_iter().map(|(name, places)| (name, places.len())).collect()
}

fn print_atomics(description: &TargetDescription) {
    let mut table = Table::new(&["atomic", "instances"], str::to_owned);
    for (name, instances) in atomics(description) {
        table.row([name, &text::count(instances as u64)]);
    }
    print_table(&table);
}

fn print_faults(arguments: &ListArguments, output: Output) {
    let asked = FaultName::ALL.iter().filter(|fault| is_asked(arguments, fault.name()));
    if output.format != Format::Human {
        let faults: Vec<_> = asked
            .map(|fault| {
                serde_json::json!({ "name": fault.name(), "parameters": fault.parameters(), "summary": fault.summary() })
            })
            .collect();
        tell(&serde_json::Value::from(faults).to_string());
        return;
    }
    let mut table = Table::new(&["fault", "parameters", "what it does"], str::to_owned);
    for fault in asked {
        table.row([fault.name(), fault.parameters(), fault.summary()]);
    }
    print_table(&table);
}

fn print_points(description: &TargetDescription) {
    let mut table = Table::new(&["point", "can return an error", "place"], str::to_owned);
    for point in &description.points {
        let returns_error = if point.returns_error { "yes" } else { "no" };
        table.row([&point.name, returns_error, &format!("{}:{}", point.file, point.line)]);
    }
    print_table(&table);
}

fn print_workloads(description: &TargetDescription) {
    for workload in &description.workloads {
        tell(&text::harmless(&format!("{}  {}", workload.name, workload.summary)));
        tell(&text::harmless(&format!("  operations  {}", workload.operations.join(", "))));
        if !workload.oracles.is_empty() {
            tell(&text::harmless(&format!("  oracles     {}", workload.oracles.join(", "))));
        }
        if let Some(model) = workload.history {
            let oracles = history::ORACLES.join(", ");
            tell(&format!("  histories   {}; oracles {oracles}, if they are named", model.name()));
        }
        if let Some(scripts) = &workload.scripts {
            let threads =
                scripts.threads.map_or("drawn".to_owned(), |threads| format!("its own, of {threads} threads"));
            tell(&text::harmless(&format!("  scripts     {threads}; oracles {}", scripts.oracles.join(", "))));
        }
        if !workload.words.is_empty() {
            tell(&text::harmless(&format!("  words       {}", workload.words.join(", "))));
        }
        let mut table = Table::default();
        for param in &workload.params {
            table.row(["param     ", &param.name, &default_and_range(param), &param.summary]);
        }
        table.lines(2).iter().for_each(|line| tell(line));
        tell("");
    }
}

fn default_and_range(param: &ParamDescription) -> String {
    let range = param.range();
    if range.is_empty() { param.default.to_string() } else { format!("{} ({range})", param.default) }
}

fn print_table(table: &Table) {
    table.lines(0).iter().for_each(|line| tell(line));
}
