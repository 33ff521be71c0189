//! The steps in which a request becomes known.

/// A step of a request, in the order in which they happen.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The connection is accepted: addresses, ports and node facts.
    Connect = 0,
    /// The handshake is done: server name, certificates, cipher.
    Tls = 1,
    /// Request line and headers are read; the trace is known.
    RequestHeaders = 2,
    /// The router has run: Route and Service, or none.
    Route = 3,
    /// Plugins of the access step have run: the Consumer, or none.
    Authenticated = 4,
    /// The request body is read.
    RequestBody = 5,
    /// A target is chosen and the request sent to it.
    Upstream = 6,
    /// The response's status and headers are known.
    ResponseHeaders = 7,
    /// The response body is sent.
    ResponseBody = 8,
    /// The last byte is out; all totals are final.
    Log = 9,
    /// There is no such step.
    None = 255,
}

impl Phase {
    const ALL: [(Self, tamis::Phase); 10] = [
        (Self::Connect, tamis::Phase::Connect),
        (Self::Tls, tamis::Phase::Tls),
        (Self::RequestHeaders, tamis::Phase::RequestHeaders),
        (Self::Route, tamis::Phase::Route),
        (Self::Authenticated, tamis::Phase::Authenticated),
        (Self::RequestBody, tamis::Phase::RequestBody),
        (Self::Upstream, tamis::Phase::Upstream),
        (Self::ResponseHeaders, tamis::Phase::ResponseHeaders),
        (Self::ResponseBody, tamis::Phase::ResponseBody),
        (Self::Log, tamis::Phase::Log),
    ];

    /// The step with a number that came from C.
    pub(crate) fn numbered(number: u32) -> Option<tamis::Phase> {
        Self::ALL.iter().find(|(own, _)| *own as u32 == number).map(|(_, phase)| *phase)
    }
}

impl From<Option<tamis::Phase>> for Phase {
    fn from(phase: Option<tamis::Phase>) -> Self {
        let found = Self::ALL.iter().find(|(_, own)| Some(*own) == phase);
        found.map_or(Self::None, |(own, _)| *own)
    }
}

#[cfg(test)]
mod tests {
    use super::Phase;

    #[test]
    fn every_phase_has_its_number() {
        for (number, phase) in tamis::Phase::ALL.iter().enumerate() {
            assert_eq!(Phase::numbered(u32::try_from(number).unwrap()), Some(*phase));
        }
    }
}
