//! The document describes every route, and what every route answers.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tamis::catalog::Phase;
use tamis::diagnostic::Code;
use tamis::{Catalog, Edition};
use tamis_serve::{Config, ROUTES};

use crate::client::{Answer, Client};
use crate::schema;

/// The document of a service.
pub(crate) fn document(client: &Client) -> Value {
    client.get("/openapi.json").json()
}

/// Holds an answer to what the document says of the route.
#[track_caller]
pub(crate) fn conforms(document: &Value, path: &str, method: &str, answer: &Answer) {
    let operation = &document["paths"][path][method.to_lowercase()];
    assert!(operation.is_object(), "{method} {path} is not in the document");
    let said = &operation["responses"][answer.status.to_string()];
    let said = said["$ref"].as_str().map_or(said, |pointer| document.pointer(pointer.trim_start_matches('#')).unwrap());
    assert!(said.is_object(), "{method} {path} is not said to answer {}: {}", answer.status, answer.body);
    let media = answer.header("content-type").split(';').next().unwrap();
    let schema = &said["content"][media]["schema"];
    assert!(schema.is_object(), "{method} {path} is not said to answer in {media}");
    if media != "text/plain" {
        let wrong = schema::problems(document, schema, &answer.json());
        assert!(wrong.is_empty(), "{method} {path}: {wrong:#?}\n{}", answer.body);
    }
}

#[test]
fn routes_and_paths_are_the_same() {
    let document = document(&Client::new(Config::default()));
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|it| (path.clone(), it.to_uppercase())))
        .collect();
    let served = ROUTES.iter().map(|route| (route.path.to_owned(), route.method.to_owned())).collect();
    assert_eq!(described, served);
}

#[test]
fn every_route_takes_its_own_method_only() {
    let client = Client::new(Config::default());
    for route in ROUTES {
        let path = route.path.replace("{code}", "T301");
        let others = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"];
        for method in others.into_iter().filter(|method| *method != route.method) {
            let request = axum::http::Request::builder().method(method).uri(&path);
            let answer = client.ask(request.body(axum::body::Body::empty()).unwrap());
            assert_eq!(answer.status, 405, "{method} {path}");
            assert!(answer.header("allow").contains(route.method), "{method} {path}");
            assert_eq!(answer.json()["type"], "urn:problem-type:tamis:wrong-method");
        }
    }
}

#[test]
fn the_examples_are_answered_as_described() {
    let client = Client::new(Config::default());
    let document = document(&client);
    let mut n_examples = 0;
    for route in ROUTES.iter().filter(|route| route.method == "POST") {
        let content = &document["paths"][route.path]["post"]["requestBody"]["content"]["application/json"];
        for (name, example) in content["examples"].as_object().unwrap() {
            n_examples += 1;
            let answer = client.post(route.path, &example["value"]);
            assert_eq!(answer.status, 200, "{} {name}: {}", route.path, answer.body);
            conforms(&document, route.path, "post", &answer);
        }
    }
    assert!(n_examples >= ROUTES.iter().filter(|route| route.method == "POST").count());
}

#[test]
fn every_other_route_answers_as_described() {
    let client = Client::new(Config::default());
    let document = document(&client);
    for route in ROUTES.iter().filter(|route| route.method == "GET") {
        let answer = client.get(&route.path.replace("{code}", "T301"));
        assert_eq!(answer.status, 200, "{}", route.path);
        conforms(&document, route.path, "get", &answer);
    }
}

#[test]
fn every_code_is_explained() {
    let client = Client::new(Config::default());
    let document = document(&client);
    for code in Code::ALL {
        let answer = client.get(&format!("/v1/explain/{code}"));
        conforms(&document, "/v1/explain/{code}", "get", &answer);
        assert_eq!(answer.json()["code"], code.as_str());
        assert!(answer.json()["markdown"].as_str().unwrap().starts_with(&format!("# {code}: ")));
    }
    for unknown in ["T000", "x", "%ff", "T301%00", "../healthz"] {
        let answer = client.get(&format!("/v1/explain/{unknown}"));
        assert_eq!(answer.status, 404, "{unknown}");
    }
}

#[test]
fn the_lists_of_names_are_those_of_the_language() {
    let document = document(&Client::new(Config::default()));
    let list = |name: &str| document["components"]["schemas"][name]["enum"].clone();
    assert_eq!(list("Phase"), json!(Phase::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>()));
    assert_eq!(list("Edition"), json!(Edition::ALL.iter().map(|it| it.as_str()).collect::<Vec<_>>()));
    let catalogs: BTreeSet<String> = serde_json::from_value(list("Catalog")).unwrap();
    assert_eq!(catalogs, Catalog::SHIPPED.iter().map(|it| (*it).to_owned()).collect());
}

#[test]
fn a_catalog_of_ones_own_is_the_default() {
    let text = r#"{"format": 1, "name": "shop", "doc": "Fields of a shop.", "fields": {}}"#;
    let catalog = Catalog::from_json(text).unwrap_or_else(|found| panic!("{found:#?}"));
    let client = Client::new(Config { catalogs: vec![catalog], ..Config::default() });
    let document = document(&client);
    assert_eq!(document["components"]["schemas"]["Catalog"]["enum"][0], "shop");
    let own = client.post("/v1/check", &json!({"text": "exists(url.path)"}));
    assert_eq!(own.json()["summary"]["errors"], 1);
    let kong = client.post("/v1/check", &json!({"text": "exists(url.path)", "catalog": "kong"}));
    assert_eq!(kong.json()["summary"]["errors"], 0);
}
