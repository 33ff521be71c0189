//! The targets of a Service, by turns, and where they are.

use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// How long a looked-up name counts.
const KEEP: Duration = Duration::from_secs(10);

/// Targets, each as often as its weight says.
pub(crate) struct Balancer {
    /// The id of the upstream; none where the Service names a host.
    pub(crate) id: Option<Arc<str>>,
    targets: Vec<Arc<Target>>,
    turns: Vec<usize>,
    next: AtomicUsize,
}

/// Where requests may be sent.
pub(crate) struct Target {
    pub(crate) id: Option<Arc<str>>,
    /// `host:port`.
    pub(crate) name: Arc<str>,
    pub(crate) host: Arc<str>,
    port: u16,
    weight: u32,
    address: Option<IpAddr>,
    found: RwLock<Option<(Instant, Vec<IpAddr>)>>,
}

/// What a look-up found, and whether it had to ask.
pub(crate) struct Found {
    pub(crate) address: SocketAddr,
    pub(crate) has_asked: bool,
}

impl Target {
    /// # Errors
    ///
    /// A sentence about a target that is not `host:port`.
    pub(crate) fn new(id: Option<Arc<str>>, name: &str, weight: u32) -> Result<Self, String> {
        let (host, port) = name.rsplit_once(':').ok_or_else(|| format!("expected `host:port`, found `{name}`"))?;
        let port = port.parse().map_err(|_| format!("expected a port, found `{port}`"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let address = host.parse().ok();
        Ok(Self { id, name: name.into(), host: host.into(), port, weight, address, found: RwLock::new(None) })
    }

    /// Its address; a name is looked up, and what was found counts for some seconds.
    pub(crate) async fn locate(&self, attempt: usize) -> Result<Found, std::io::Error> {
        if let Some(address) = self.address {
            return Ok(Found { address: SocketAddr::new(address, self.port), has_asked: false });
        }
        if let Some(address) = self.remembered(attempt) {
            return Ok(Found { address: SocketAddr::new(address, self.port), has_asked: false });
        }
        let asked = tokio::net::lookup_host((&*self.host, self.port)).await?;
        let found: Vec<IpAddr> = asked.map(|address| address.ip()).collect();
        *self.found.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), found));
        let address = self.remembered(attempt).ok_or_else(|| std::io::Error::other("the name has no address"))?;
        Ok(Found { address: SocketAddr::new(address, self.port), has_asked: true })
    }

    fn remembered(&self, attempt: usize) -> Option<IpAddr> {
        let found = self.found.read().unwrap_or_else(PoisonError::into_inner);
        let (_, addresses) = found.as_ref().filter(|(at, _)| at.elapsed() < KEEP)?;
        addresses.get(attempt.checked_rem(addresses.len())?).copied()
    }
}

impl Balancer {
    /// The targets of an upstream.
    pub(crate) fn new(id: Option<Arc<str>>, targets: Vec<Target>) -> Self {
        let mut turns: Vec<usize> = Vec::new();
        // Weights are divided by what divides them all, and the turns of the targets are mixed.
        let divisor = targets.iter().map(|target| target.weight).fold(0, greatest_common_divisor).max(1);
        let most = targets.iter().map(|target| target.weight / divisor).max().unwrap_or(0).min(1_000);
        for turn in 0..most {
            turns.extend((0..).zip(&targets).filter(|(_, target)| target.weight / divisor > turn).map(|(at, _)| at));
        }
        Self { id, targets: targets.into_iter().map(Arc::new).collect(), turns, next: AtomicUsize::new(0) }
    }

    /// The one target of a Service that names a host.
    pub(crate) fn single(target: Target) -> Self {
        Self::new(None, vec![target])
    }

    /// The next target.
    pub(crate) fn pick(&self) -> Option<Arc<Target>> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed).checked_rem(self.turns.len())?;
        self.turns.get(turn).and_then(|at| self.targets.get(*at)).cloned()
    }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_take_turns_by_their_weight() {
        let target = |name, weight| Target::new(None, name, weight).unwrap();
        let balancer = Balancer::new(None, vec![target("a:1", 200), target("b:1", 100)]);
        let picked: String = (0..6).map(|_| balancer.pick().unwrap().host.to_string()).collect();
        assert_eq!(picked, "abaaba");
        assert!(Balancer::new(None, Vec::new()).pick().is_none());
    }

    #[test]
    fn a_target_is_a_host_and_a_port() {
        assert!(Target::new(None, "a", 1).is_err());
        assert!(Target::new(None, "a:x", 1).is_err());
        assert_eq!(&*Target::new(None, "[::1]:80", 1).unwrap().host, "::1");
    }
}
