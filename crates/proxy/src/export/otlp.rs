//! Captures to an OTLP receiver, over HTTP with protobuf or over gRPC.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use prost::Message;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

use super::{Captured, Sent};

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer that is read; the specification recommends 4 MiB.
const MAX_ANSWER: usize = 4 * 1_024 * 1_024;

/// A receiver.
pub(super) enum Client {
    Http { client: HttpClient<HttpConnector, Full<Bytes>>, address: String },
    Grpc(Result<Channel, String>),
}

impl Client {
    /// A receiver over HTTP; the paths of the signals are added to the address.
    pub(super) fn http(address: &str) -> Self {
        let client = HttpClient::builder(TokioExecutor::new()).build_http();
        Self::Http { client, address: address.trim_end_matches('/').to_owned() }
    }

    /// A receiver over gRPC; it is connected to when the first batch comes.
    pub(super) fn grpc(address: &str) -> Self {
        let endpoint = Endpoint::from_shared(address.to_owned());
        let endpoint = endpoint.map(|endpoint| endpoint.timeout(TIMEOUT).connect_timeout(TIMEOUT).connect_lazy());
        Self::Grpc(endpoint.map_err(|error| format!("`{address}` is no address: {error}")))
    }

    /// Sends the spans of a batch, and then its logs.
    pub(super) async fn send(&self, batch: &[Captured]) -> Sent {
        let traces =
            ExportTraceServiceRequest { resource_spans: batch.iter().map(|captured| captured.spans.clone()).collect() };
        let logs: Vec<_> = batch.iter().filter_map(|captured| captured.logs.clone()).collect();
        let logs = (!logs.is_empty()).then_some(ExportLogsServiceRequest { resource_logs: logs });
        match self {
            Self::Http { client, address } => {
                let sent = post(client, &format!("{address}/v1/traces"), traces.encode_to_vec()).await;
                if let (Sent::Done { .. }, Some(logs)) = (&sent, logs) {
                    // Spans that are there must not come twice because their logs failed.
                    if let Sent::Later(reason) | Sent::Never(reason) =
                        post(client, &format!("{address}/v1/logs"), logs.encode_to_vec()).await
                    {
                        crate::complain(format_args!("export: logs are lost: {reason}"));
                    }
                }
                sent
            }
            Self::Grpc(Err(reason)) => Sent::Never(reason.clone()),
            Self::Grpc(Ok(channel)) => {
                let sent = match TraceServiceClient::new(channel.clone()).export(traces).await {
                    Ok(answer) => Sent::Done { rejected: rejected(answer.into_inner()) },
                    Err(status) => of_status(&status),
                };
                if let (Sent::Done { .. }, Some(logs)) = (&sent, logs)
                    && let Err(status) = LogsServiceClient::new(channel.clone()).export(logs).await
                {
                    crate::complain(format_args!("export: logs are lost: {}", status.message()));
                }
                sent
            }
        }
    }
}

fn rejected(answer: ExportTraceServiceResponse) -> u64 {
    let rejected = answer.partial_success.map_or(0, |partial| partial.rejected_spans);
    u64::try_from(rejected).unwrap_or(0)
}

fn of_status(status: &Status) -> Sent {
    let reason = format!("the receiver answered {:?}: {}", status.code(), status.message());
    match status.code() {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss
        | Code::ResourceExhausted => Sent::Later(reason),
        _ => Sent::Never(reason),
    }
}

async fn post(client: &HttpClient<HttpConnector, Full<Bytes>>, address: &str, body: Vec<u8>) -> Sent {
    let request = Request::post(address)
        .header(header::CONTENT_TYPE, "application/x-protobuf")
        .header(header::USER_AGENT, concat!("tamis-gateway/", env!("CARGO_PKG_VERSION")))
        .body(Full::new(Bytes::from(body)));
    let request = match request {
        Ok(request) => request,
        Err(error) => return Sent::Never(format!("`{address}` is no address: {error}")),
    };
    let answer = match tokio::time::timeout(TIMEOUT, client.request(request)).await {
        Err(_) => return Sent::Later(format!("`{address}` did not answer in time")),
        Ok(Err(error)) => return Sent::Later(format!("`{address}`: {error}")),
        Ok(Ok(answer)) => answer,
    };
    let status = answer.status();
    let body = Limited::new(answer.into_body(), MAX_ANSWER);
    let body = tokio::time::timeout(TIMEOUT, body.collect()).await;
    match status {
        StatusCode::OK => {
            let bytes = body.ok().and_then(Result::ok).map(http_body_util::Collected::to_bytes).unwrap_or_default();
            Sent::Done { rejected: ExportTraceServiceResponse::decode(bytes).map_or(0, rejected) }
        }
        StatusCode::TOO_MANY_REQUESTS
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => Sent::Later(format!("`{address}` answered {status}")),
        _ => Sent::Never(format!("`{address}` answered {status}")),
    }
}
