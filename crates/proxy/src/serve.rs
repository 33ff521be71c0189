//! Runs the gateway: the proxy, the second port, and one thread for everything that is not a request.

use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::{Duration, SystemTime};

use clap::Args;
use pingora_core::server::configuration::ServerConf;
use pingora_core::server::{RunArgs, Server};
use pingora_core::services::listening::Service;
use tamis_gateway::{Identity, Node, Redaction};
use tamis_lang::catalog::Catalog;
use tokio::signal::unix::{SignalKind, signal};

use crate::admin::Admin;
use crate::clock::Clock;
use crate::export::{Destination, Exporter};
use crate::model;
use crate::proxy::Gateway;
use crate::sessions;
use crate::trace::Tracer;

/// How often the file of sessions is looked at, and sessions that are over are cleared away.
const TICK: Duration = Duration::from_millis(100);
/// How long captures may take to leave when the gateway ends.
const FLUSH: Duration = Duration::from_secs(5);

/// Where everything is.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Options {
    /// The Routes and Services, in Kong's declarative format
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Where clients connect to
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8000")]
    pub(crate) listen: String,
    /// Where counters are read and sessions stopped
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8001")]
    pub(crate) admin: String,
    /// The sessions; the file is read again when it changes, and on SIGHUP. Without it nothing is captured
    #[arg(long, value_name = "FILE")]
    pub(crate) sessions: Option<PathBuf>,
    /// Where captured requests go: a file, `http://…` or `grpc://…` of an OTLP receiver; may be given again
    #[arg(long, value_name = "TO")]
    pub(crate) export: Vec<String>,
    /// Threads that serve requests
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) threads: usize,
    /// The catalog of fields: a shipped one, or a file
    #[arg(long, value_name = "NAME", default_value = "kong")]
    pub(crate) catalog: String,
    /// How the node calls itself in traces
    #[arg(long, value_name = "NAME", default_value = "local")]
    pub(crate) instance: String,
    /// One more header whose values are masked
    #[arg(long, value_name = "HEADER")]
    pub(crate) redact: Vec<String>,
    /// One more query parameter whose values are masked
    #[arg(long, value_name = "PARAMETER")]
    pub(crate) redact_parameter: Vec<String>,
}

/// What runs beside the proxy.
struct Beside {
    exporter: Arc<Exporter>,
    runtime: tokio::runtime::Handle,
}

/// Runs until a signal ends it.
///
/// # Errors
///
/// A sentence about a file that cannot be read or is wrong.
pub(crate) fn run(options: Options) -> Result<(), String> {
    let running = start(options)?;
    running.server.run(RunArgs::default());
    running.beside.runtime.block_on(running.beside.exporter.flush(FLUSH));
    Ok(())
}

/// A gateway that is ready to run.
pub(crate) struct Ready {
    server: Server,
    beside: Beside,
}

impl Ready {
    /// Runs it on a thread of its own; the process ends it.
    pub(crate) fn run_in_background(self) -> impl FnOnce() {
        let Self { server, beside } = self;
        std::thread::spawn(move || server.run(RunArgs::default()));
        move || beside.runtime.block_on(beside.exporter.flush(FLUSH))
    }
}

/// Puts a gateway together.
///
/// # Errors
///
/// A sentence about a file that cannot be read or is wrong.
pub(crate) fn start(options: Options) -> Result<Ready, String> {
    let path = options.config.as_deref().ok_or("expected `--config FILE`; `tamis-gateway demo` needs none")?;
    let model = model::read(&text_of(path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let catalog = catalog(&options.catalog)?;
    let clock = Clock::start();
    let mut redaction = Redaction::of(&catalog);
    for name in &options.redact {
        redaction = redaction.and_header(name);
    }
    for name in &options.redact_parameter {
        redaction = redaction.and_parameter(name);
    }
    let node = match &options.sessions {
        None => None,
        Some(path) => {
            let node = Arc::new(Node::new(catalog));
            let text = text_of(path)?;
            let sessions = sessions::read(&path.display().to_string(), &text, node.catalog())?;
            node.replace(sessions, clock.now());
            Some(node)
        }
    };
    let destinations: Vec<_> = options.export.iter().map(|to| destination(to)).collect();
    let beside = beside(destinations, node.clone(), options.sessions.clone(), clock)?;
    let gateway = Gateway {
        model,
        node: node.clone(),
        clock,
        tracer: Tracer { clock, redaction },
        exporter: Arc::clone(&beside.exporter),
        // One name for as long as the process lives, which no request then has to count.
        identity: Box::leak(Box::new(Identity {
            service: "tamis-gateway",
            version: env!("CARGO_PKG_VERSION"),
            instance: Box::leak(options.instance.into_boxed_str()),
        })),
    };
    let conf = ServerConf {
        threads: options.threads,
        grace_period_seconds: Some(0),
        graceful_shutdown_timeout_seconds: Some(5),
        max_retries: 32,
        ..ServerConf::default()
    };
    let mut server = Server::new_with_opt_and_conf(None, conf);
    server.bootstrap();
    let mut proxy = pingora_proxy::http_proxy_service_with_name(&server.configuration, gateway, "gateway");
    proxy.add_tcp(&options.listen);
    server.add_service(proxy);
    let admin = Admin { node, exporter: Arc::clone(&beside.exporter), clock };
    let mut admin = Service::new("admin".to_owned(), admin);
    admin.threads = Some(1);
    admin.add_tcp(&options.admin);
    server.add_service(admin);
    Ok(Ready { server, beside })
}

fn text_of(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

fn catalog(name: &str) -> Result<Catalog, String> {
    if let Some(catalog) = Catalog::shipped(name) {
        return Ok(catalog);
    }
    let text = text_of(Path::new(name))?;
    Catalog::from_json(&text).map_err(|errors| format!("{name}: {errors:?}"))
}

fn destination(to: &str) -> Destination {
    if let Some(rest) = to.strip_prefix("grpc://") {
        Destination::Grpc(format!("http://{rest}"))
    } else if to.starts_with("http://") {
        Destination::Http(to.to_owned())
    } else {
        Destination::File(to.strip_prefix("file:").unwrap_or(to).into())
    }
}

/// Starts the thread of exporters and sessions.
fn beside(
    destinations: Vec<Destination>,
    node: Option<Arc<Node>>,
    file: Option<PathBuf>,
    clock: Clock,
) -> Result<Beside, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start the thread of exporters: {error}"))?;
    let handle = runtime.handle().clone();
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        runtime.block_on(async move {
            // The receiver waits for it right below.
            let _ = sender.send(Arc::new(Exporter::start(&destinations)));
            match (node, file) {
                (Some(node), Some(file)) => watch(&node, &file, clock).await,
                _ => std::future::pending().await,
            }
        });
    });
    let exporter = receiver.recv().map_err(|_| "the thread of exporters did not start".to_owned())?;
    Ok(Beside { exporter, runtime: handle })
}

/// Looks after the sessions: a file that changes, and sessions that are over.
async fn watch(node: &Node, file: &Path, clock: Clock) {
    let mut hangup = signal(SignalKind::hangup()).ok();
    let mut seen = stamp(file);
    loop {
        let asked = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await.is_some(),
                None => std::future::pending().await,
            }
        };
        let is_asked = tokio::select! {
            () = tokio::time::sleep(TICK) => false,
            asked = asked => asked,
        };
        let now = stamp(file);
        if is_asked || now != seen {
            seen = now;
            reload(node, file, clock);
        }
        node.maintain(clock.now());
    }
}

/// When and how long a file is; a file that is gone is left as it was.
fn stamp(file: &Path) -> Option<(SystemTime, u64)> {
    let found = std::fs::metadata(file).ok()?;
    Some((found.modified().ok()?, found.len()))
}

/// Reads the sessions again; a file with a mistake changes nothing.
fn reload(node: &Node, file: &Path, clock: Clock) {
    let name = file.display().to_string();
    let read = text_of(file).and_then(|text| sessions::read(&name, &text, node.catalog()));
    match read {
        Ok(sessions) => node.replace(sessions, clock.now()),
        Err(complaints) => crate::complain(format_args!("the sessions stay as they are:\n{complaints}")),
    }
}
