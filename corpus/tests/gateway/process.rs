//! atc-router in a process of its own: this program, started once more.
//!
//! The questions are known by their numbers, so that only answers have to be told, one line each.
//! Where the process ends before the last one, the question behind the last answer has ended it; the next process goes
//! on behind that.

use std::io::{BufRead, BufReader, Lines, Write};
use std::ops::Range;
use std::process::{Child, ChildStdout, Command, Stdio};

use tamis_corpus::atc::Questions;
use tamis_corpus::atc_judge::Theirs;

use crate::engine::ask;

/// The first argument of a process that only answers.
pub(crate) const WORD: &str = "answer-as-atc-router";

/// The stack on which atc-router is asked, that of a thread as Rust makes them.
const STACK: usize = 2 << 20;

/// Answers the questions that the arguments say, on standard output.
pub(crate) fn serve(arguments: &[String]) {
    let [first, end] = arguments else { panic!("expected the first number and the end") };
    let questions = first.parse::<u64>().unwrap()..end.parse::<u64>().unwrap();
    std::panic::set_hook(Box::new(|_| {}));
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(move || {
        let mut all = Questions::default();
        let mut out = std::io::stdout().lock();
        for seed in questions {
            let answer = ask(&all.get(seed));
            // Each at once, because the next question may be the last.
            writeln!(out, "{}", written(&answer)).and_then(|()| out.flush()).unwrap();
        }
    });
    thread.unwrap().join().unwrap();
}

/// An answer on one line.
fn written(answer: &Theirs) -> String {
    match answer {
        Theirs::Accepted(verdicts) => {
            let digits: String = verdicts.iter().map(|verdict| if *verdict { '1' } else { '0' }).collect();
            format!("accepted {digits}")
        }
        Theirs::ParseError => "parse error".to_owned(),
        Theirs::TypeError(sentence) => format!("type error {}", sentence.replace('\n', " ")),
        Theirs::Panicked => "panicked".to_owned(),
        Theirs::Aborted => "aborted".to_owned(),
    }
}

fn read(line: &str) -> Theirs {
    match line {
        "parse error" => Theirs::ParseError,
        "panicked" => Theirs::Panicked,
        _ => match (line.strip_prefix("accepted "), line.strip_prefix("type error ")) {
            (Some(digits), _) => Theirs::Accepted(digits.bytes().map(|digit| digit == b'1').collect()),
            (None, Some(sentence)) => Theirs::TypeError(sentence.to_owned()),
            (None, None) => panic!("no answer: {line}"),
        },
    }
}

/// The answers of atc-router to a range of questions.
pub(crate) struct Answers {
    rest: Range<u64>,
    process: Option<(Child, Lines<BufReader<ChildStdout>>)>,
}

impl Answers {
    pub(crate) fn new(questions: Range<u64>) -> Self {
        Self { rest: questions, process: None }
    }

    fn start(&self) -> (Child, Lines<BufReader<ChildStdout>>) {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([WORD, &self.rest.start.to_string(), &self.rest.end.to_string()]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        (child, lines)
    }
}

impl Iterator for Answers {
    type Item = (u64, Theirs);

    fn next(&mut self) -> Option<Self::Item> {
        let seed = self.rest.clone().next()?;
        if self.process.is_none() {
            self.process = Some(self.start());
        }
        let (_, lines) = self.process.as_mut().unwrap();
        let answer = match lines.next() {
            Some(line) => read(&line.unwrap()),
            None => {
                let (mut child, _) = self.process.take().unwrap();
                assert!(!child.wait().unwrap().success(), "the process ends although nothing is wrong");
                Theirs::Aborted
            }
        };
        self.rest.next();
        Some((seed, answer))
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        if let Some((mut child, lines)) = self.process.take() {
            // Whoever stops asking does not want the rest.
            drop(lines);
            drop(child.kill());
            drop(child.wait());
        }
    }
}
