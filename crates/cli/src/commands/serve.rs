//! `tamis serve`

use std::io::Write as _;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use tamis_serve::{Bounds, Config, LogLevel, Times};

use crate::catalogs;
use crate::failure::{Failure, Status, reason};
use crate::terminal::Terminal;

/// Serve programs: the same answers over HTTP
#[derive(Args, Debug)]
#[command(after_help = "\
`GET /openapi.json` describes the interface, and docs/serve.md tells more.

Examples:
  tamis serve
  curl -s localhost:7411/v1/check --json '{\"text\": \"http.response.status = 503\"}'
  tamis serve --listen 0.0.0.0:80 --catalog fields.json --log warn 2> tamis.log

Exit codes:
  0  told to stop by SIGTERM or SIGINT
  2  wrong usage, a catalog that cannot be read, or an address that cannot be listened on")]
pub(crate) struct Arguments {
    /// The address to listen on; with the port 0 any free one, which is printed
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7411")]
    listen: SocketAddr,

    /// A catalog that requests may name beside the shipped ones; may be repeated, and the first is the default
    #[arg(long = "catalog", value_name = "NAME|FILE", value_hint = ValueHint::FilePath)]
    catalogs: Vec<PathBuf>,

    /// Requests that are worked on at once; as many as there are processors when not said
    #[arg(long, value_name = "N")]
    workers: Option<NonZeroUsize>,

    /// Requests that are worked on or wait for it; more are told that the service is busy
    #[arg(long, value_name = "N", default_value = "256")]
    max_requests: NonZeroUsize,

    /// Connections; more are told that the service is busy
    #[arg(long, value_name = "N", default_value = "1024")]
    max_connections: NonZeroUsize,

    /// Bytes that the body of a request may have
    #[arg(long, value_name = "BYTES", default_value = "1048576")]
    max_body: usize,

    /// Seconds within which the head of a request has to arrive, and again its body
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    read_timeout: Duration,

    /// Seconds within which a request has to be answered
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    timeout: Duration,

    /// Seconds that a connection may be idle; more than the balancer in front allows
    #[arg(long, value_name = "SECONDS", default_value = "75", value_parser = seconds)]
    idle_timeout: Duration,

    /// Seconds within which requests have to be done when the service is told to stop
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    stop_timeout: Duration,

    /// What to write to standard error, a JSON object a line: `off`, `error`, `warn`, `info` (every request) or `debug`
    /// (every connection)
    #[arg(long, value_enum, value_name = "LEVEL", default_value = "info", hide_possible_values = true)]
    log: Log,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Log {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

/// Serves until the process is told to stop.
pub(crate) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Status, Failure> {
    let catalogs = arguments.catalogs.iter().map(|choice| catalogs::load(choice, terminal));
    let catalogs = catalogs.collect::<Result<Vec<_>, Failure>>()?;
    let processors = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let bounds = Bounds {
        body: arguments.max_body,
        connections: arguments.max_connections.get(),
        requests: arguments.max_requests.get(),
        workers: arguments.workers.unwrap_or(processors).get(),
    };
    let times = Times {
        read: arguments.read_timeout,
        work: arguments.timeout,
        write: arguments.read_timeout,
        idle: arguments.idle_timeout,
        stop: arguments.stop_timeout,
    };
    let log = match arguments.log {
        Log::Off => LogLevel::Off,
        Log::Error => LogLevel::Error,
        Log::Warn => LogLevel::Warn,
        Log::Info => LogLevel::Info,
        Log::Debug => LogLevel::Debug,
    };
    let ready = |address: SocketAddr| {
        // Whoever closed standard output does not want to know.
        let _ = writeln!(terminal.out, "listening on http://{address}");
        let _ = terminal.out.flush();
    };
    tamis_serve::run(Config { catalogs, bounds, times }, arguments.listen, log, ready)
        .map_err(|error| Failure::new(format!("cannot serve on `{}`: {}", arguments.listen, reason(&error))))?;
    Ok(Status::Clean)
}

/// A number of seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("expected a number of seconds above 0".to_owned()),
    }
}
