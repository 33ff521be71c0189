//! Starting, stopping, and what goes wrong on the way.

use serde_json::{Value, json};

use crate::editor::{Editor, TEXT, run};

#[test]
fn the_encoding_is_the_first_that_both_know() {
    run(async {
        for (offered, chosen) in [
            (json!(["utf-8", "utf-16"]), "utf-8"),
            (json!(["utf-32"]), "utf-32"),
            (json!(["utf-7"]), "utf-16"),
            (Value::Null, "utf-16"),
        ] {
            let general = json!({ "general": { "positionEncodings": offered } });
            let editor = Editor::with(general, Value::Null).await;
            assert_eq!(editor.started["capabilities"]["positionEncoding"], chosen);
            assert_eq!(editor.started["serverInfo"]["name"], "tamis");
        }
    });
}

#[test]
fn shutdown_takes_any_parameters_and_exit_ends_with_0() {
    run(async {
        for params in [Value::Null, json!({})] {
            let mut editor = Editor::plain().await;
            assert_eq!(editor.try_request("shutdown", params.clone()).await, Ok(Value::Null));
            editor.notify("exit", params).await;
            assert_eq!(editor.ended().await, 0, "although the stream is open");
        }
    });
}

#[test]
fn exit_without_shutdown_ends_with_1() {
    run(async {
        let mut editor = Editor::plain().await;
        editor.notify("exit", Value::Null).await;
        assert_eq!(editor.ended().await, 1);
    });
}

#[test]
fn a_closed_stream_ends_the_server() {
    run(async {
        assert_eq!(Editor::plain().await.closed().await, 0);
        assert_eq!(Editor::connect().closed().await, 0);
    });
}

#[test]
fn a_message_that_is_broken_is_answered_and_the_next_one_served() {
    run(async {
        let mut editor = Editor::open("url.path == \"/\"").await;
        editor.send_body(b"{ this is no JSON").await;
        let answer = editor.wait(|message| message["error"].is_object()).await;
        assert_eq!(answer["error"]["code"], -32700);
        editor.send_body(b"[1, 2]").await;
        let answer = editor.wait(|message| message["error"].is_object()).await;
        assert_eq!(answer["error"]["code"], -32600);
        assert!(editor.at("textDocument/hover", 0, 2).await.is_object());
    });
}

#[test]
fn unknown_methods_and_wrong_parameters_are_errors() {
    run(async {
        let mut editor = Editor::plain().await;
        let error = editor.try_request("textDocument/nothing", json!({})).await.unwrap_err();
        assert_eq!(error["code"], -32601);
        let error = editor.try_request("textDocument/hover", json!({ "textDocument": 3 })).await.unwrap_err();
        assert_eq!(error["code"], -32602);
        let error = editor.try_request("workspace/executeCommand", json!({ "command": "x" })).await.unwrap_err();
        assert_eq!(error["message"], "`x` is not a command");
    });
}

#[test]
fn a_request_before_the_start_is_refused() {
    run(async {
        let mut editor = Editor::connect();
        let error = editor.try_request("textDocument/hover", json!({})).await.unwrap_err();
        assert_eq!(error["code"], -32002);
    });
}

#[test]
fn a_cancelled_request_is_told_so_and_does_not_block() {
    run(async {
        let rules: String = (0..400).map(|n| format!("rule r{n} = http.response.status_code == {n}\n")).collect();
        let mut editor = Editor::open(&rules).await;
        let slow = editor.ask("textDocument/semanticTokens/full", json!({ "textDocument": { "uri": TEXT } })).await;
        editor.notify("$/cancelRequest", json!({ "id": slow })).await;
        assert_eq!(editor.answer(slow).await.unwrap_err()["code"], -32800);
        assert!(editor.at("textDocument/hover", 3, 15).await.is_object());
    });
}

#[test]
fn an_editor_that_never_answers_blocks_nothing() {
    run(async {
        let abilities = json!({ "workspace": { "configuration": true } });
        let mut editor = Editor::with(abilities, Value::Null).await;
        editor.open_text(TEXT, "url.path == \"/\"").await;
        for _ in 0..300 {
            editor.notify("workspace/didChangeConfiguration", json!({ "settings": {} })).await;
        }
        assert!(editor.at("textDocument/hover", 0, 2).await.is_object());
    });
}

#[test]
fn a_huge_text_is_refused_with_a_diagnostic() {
    run(async {
        let mut editor = Editor::open(&"a == 1 && ".repeat(20_000)).await;
        let found = editor.diagnostics(1).await;
        assert_eq!(found[0]["code"], "T601");
    });
}
