//! The HTTP service says about every rule of the corpus what the command line prints and what an editor shows.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::{Value, json};
use tamis_corpus::{catalogs, fence, sections};
use tamis_ide::{Document, View};
use tamis_lang::catalog::Catalog;
use tamis_lang::edition::Edition;
use tamis_serve::{Bounds, Config, Service, router};
use tamis_types::analysis::Options;
use tamis_wire::{CheckedText, Findings};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::expected::files;
use crate::verdicts;

/// Every text of the corpus that is read as rules somewhere, and those of the pages that are not even that.
fn texts() -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for file in ["corpus/diagnostics", "docs"].iter().flat_map(|folder| files(folder, "md")) {
        texts.extend(fence::blocks(&file.text).iter().map(|block| block.text.to_owned()));
    }
    let folders = ["corpus/syntax/ok", "corpus/syntax/err", "corpus/syntax/atc", "corpus/format", "corpus/ide"];
    for file in folders.iter().flat_map(|folder| files(folder, "txt")) {
        let cases = sections::parse(&file.text);
        texts.extend(cases.iter().filter_map(|case| Some(case.sections.first()?.replace("$0", ""))));
    }
    texts.extend(verdicts::cases().into_iter().map(|(_, case)| case.rule));
    texts
}

/// A service without a network.
struct Client {
    service: Service,
    runtime: Runtime,
}

impl Client {
    fn new(catalogs: Vec<Catalog>) -> Self {
        let bounds = Bounds { body: usize::MAX, ..Bounds::default() };
        let service = Service::new(Config { catalogs, bounds, ..Config::default() });
        Self { service, runtime: Builder::new_current_thread().enable_time().build().unwrap() }
    }

    #[track_caller]
    fn check(&self, body: &Value) -> String {
        let request = Request::post("/v1/check").header("content-type", "application/json");
        let request = request.body(Body::from(body.to_string())).unwrap();
        let answer = self.runtime.block_on(router(&self.service).oneshot(request)).unwrap();
        assert_eq!(answer.status(), 200, "{body}");
        let bytes = self.runtime.block_on(to_bytes(answer.into_body(), usize::MAX)).unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }
}

/// Holds what is served about a text to what the command prints, and its diagnostics to those of an editor.
#[track_caller]
fn same(served: &str, text: &str, catalog: &Catalog, options: &Options) {
    let document = Document::new(text, catalog, options);
    let checked = [CheckedText { name: "rule", analysis: document.analysis() }];
    assert_eq!(served, Findings::of(&checked, &[], false).to_json(), "{text}");
    let shown = tamis_wire::diagnostics(tamis_ide::diagnostics(&View::new(&document, catalog)));
    // As they stand within the document: six blanks further in.
    let shown = serde_json::to_string_pretty(&shown).unwrap().replace('\n', "\n      ");
    assert!(served.contains(&format!("\"diagnostics\": {shown}\n")), "{text}\n{served}\n{shown}");
}

#[test]
fn every_text_has_the_same_findings_everywhere() {
    let client = Client::new(Vec::new());
    let kong = catalogs::shipped(catalogs::DEFAULT).unwrap();
    let texts = texts();
    assert!(texts.len() > 1500, "{} texts", texts.len());
    for text in &texts {
        // The strict edition says all that the lenient one says, and more.
        for edition in [Edition::Tamis, Edition::AtcStrict] {
            let served = client.check(&json!({"text": text, "edition": edition.as_str()}));
            same(&served, text, kong, &Options { edition, ..Options::default() });
        }
    }
}

#[test]
fn every_verdict_case_has_the_same_findings_with_its_own_catalog() {
    let named = verdicts::cases().into_iter().enumerate().map(|(number, (_, case))| {
        let fields = case.catalog.fields().to_vec();
        (case.rule, Catalog::from_fields(&format!("case {number}"), fields).unwrap())
    });
    let cases: Vec<(String, Catalog)> = named.collect();
    assert!(cases.len() > 500, "{} cases", cases.len());
    let client = Client::new(cases.iter().map(|(_, catalog)| catalog.clone()).collect());
    for (rule, catalog) in &cases {
        same(&client.check(&json!({"text": rule, "catalog": catalog.name()})), rule, catalog, &Options::default());
    }
}
