//! Wrong usage as one clear line.

use std::error::Error as _;
use std::ffi::OsString;

use clap::ValueEnum as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::arguments;
use crate::terminal::Color;

/// The colour that the command line asks for, found before it is read, so that help and failures obey it too.
pub(crate) fn color(line: &[OsString]) -> Color {
    let mut words = line.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        };
        if let Some(color) = value.and_then(|value| Color::from_str(value, false).ok()) {
            return color;
        }
    }
    Color::Auto
}

/// What is wrong with a command line, on one line.
pub(crate) fn line(error: &clap::Error, words: &[OsString]) -> String {
    let help = format!("see `{} --help`", command(words));
    let problem = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand | ErrorKind::MissingSubcommand => {
            "a command is missing".to_owned()
        }
        ErrorKind::InvalidSubcommand => {
            format!("there is no command `{}`", context(error, ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => unknown(&context(error, ContextKind::InvalidArg)),
        ErrorKind::MissingRequiredArgument => format!("`{}` is missing", context(error, ContextKind::InvalidArg)),
        ErrorKind::ValueValidation => match error.source() {
            Some(reason) => {
                let (option, value) = (ContextKind::InvalidArg, ContextKind::InvalidValue);
                format!("{} `{}`: {reason}", option_name(&context(error, option)), context(error, value))
            }
            None => first_paragraph(error),
        },
        _ => first_paragraph(error),
    };
    let suggestion = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue]
        .map(|kind| context(error, kind))
        .into_iter()
        .find(|suggestion| !suggestion.is_empty());
    let suggestion = suggestion.map(|word| format!("; did you mean `{word}`?")).unwrap_or_default();
    let separator = if suggestion.is_empty() { "; " } else { " " };
    format!("{problem}{suggestion}{separator}{help}")
}

/// What to say of a word that means nothing here.
fn unknown(word: &str) -> String {
    if word.starts_with('-') {
        return format!("there is no option `{word}`");
    }
    let hint = if looks_like_a_rule(word) { "; a rule is given with `-e`" } else { "" };
    format!("`{word}` is one argument too many{hint}")
}

/// Whether a word is more likely a rule than the name of a file.
pub(crate) fn looks_like_a_rule(word: &str) -> bool {
    word.contains(char::is_whitespace) && word.contains(['=', '<', '>', '~', '(', '!']) || word.contains("==")
}

/// What clap knows of one kind, without marks; of several suggestions the first.
fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(word)) => word.clone(),
        Some(ContextValue::Strings(words)) if kind == ContextKind::InvalidArg => words.join(" "),
        Some(ContextValue::Strings(words)) => words.first().cloned().unwrap_or_default(),
        _ => String::new(),
    }
}

/// `--edition` of `--edition <EDITION>`.
fn option_name(argument: &str) -> &str {
    argument.split_whitespace().next().unwrap_or(argument)
}

/// The first paragraph of clap's own message, on one line and with our marks around what the user wrote.
fn first_paragraph(error: &clap::Error) -> String {
    let rendered = error.render().to_string();
    let first = rendered.split("\n\n").next().unwrap_or("").trim().trim_start_matches("error:");
    first.split_whitespace().collect::<Vec<_>>().join(" ").replace('\'', "`")
}

/// The command that was used, as far as the line names one.
fn command(words: &[OsString]) -> String {
    let known = arguments::command();
    let mut words = words.iter().skip(1).filter_map(|word| word.to_str());
    let name = words.find(|word| known.find_subcommand(word).is_some());
    name.map_or_else(|| "tamis".to_owned(), |name| format!("tamis {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &[&str], color_of_line: Color) {
        let line: Vec<OsString> = line.iter().map(OsString::from).collect();
        assert_eq!(color(&line), color_of_line);
    }

    #[test]
    fn the_colour_is_known_before_the_line_is_read() {
        check(&["tamis", "--color=never", "--help"], Color::Never);
        check(&["tamis", "check", "--color", "always"], Color::Always);
        check(&["tamis", "check", "--color", "pink"], Color::Auto);
        check(&["tamis", "check", "--", "--color=never"], Color::Auto);
    }
}
