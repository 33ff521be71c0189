//! Bodies that are wrong in every way: each is told so, and the service lives.

use crate::socket::{Running, impatient, post, small};

/// Holds that bytes are refused with a status and a problem, and that the service goes on.
#[track_caller]
fn check(bytes: &[u8], status: u16, problem: &str) {
    let running = Running::start(small());
    let reply = running.answer(bytes);
    assert_eq!((reply.status, reply.problem().as_str()), (status, problem), "{}", reply.body);
    assert!(running.is_healthy());
}

/// Holds that a body is refused.
#[track_caller]
fn check_body(body: impl AsRef<[u8]>, status: u16, problem: &str) {
    check(&post("/v1/check", body.as_ref()), status, problem);
}

/// A request with these lines in its head.
fn with(lines: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST /v1/check HTTP/1.1\r\nhost: a\r\n{lines}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

const CHUNKED: &str =
    "POST /v1/check HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";

const RIGHT: &[u8] = br#"{"text": "url.path == \"/\""}"#;

#[test]
fn a_right_body_is_answered() {
    let running = Running::start(small());
    assert_eq!(running.answer(&post("/v1/check", RIGHT)).status, 200);
}

#[test]
fn an_empty_body() {
    check_body("", 400, "not-json");
}

#[test]
fn a_body_of_blanks() {
    check_body(" \n\t", 400, "not-json");
}

#[test]
fn a_truncated_document() {
    check_body(r#"{"text": "url.pa"#, 400, "not-json");
}

#[test]
fn a_truncated_body() {
    let running = Running::start(small());
    let mut client = running.connect();
    client.send(&post("/v1/check", RIGHT)[..100]);
    client.finish();
    let reply = client.reply();
    assert_eq!((reply.status, reply.problem().as_str()), (400, "broken"));
    assert!(running.is_healthy());
}

#[test]
fn more_than_one_document() {
    check_body(r#"{"text": "a"} {"text": "b"}"#, 400, "not-json");
}

#[test]
fn a_huge_body() {
    check_body(vec![b'x'; 3 << 20], 413, "too-large");
}

#[test]
fn a_body_that_is_one_byte_too_long() {
    check_body(vec![b' '; (64 << 10) + 1], 413, "too-large");
}

#[test]
fn a_body_that_only_says_to_be_huge() {
    let head = "POST /v1/check HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";
    check(format!("{head}content-length: 9007199254740993\r\n\r\n").as_bytes(), 413, "too-large");
}

#[test]
fn an_endless_body_in_pieces() {
    let running = Running::start(small());
    let mut client = running.connect();
    client.send(CHUNKED.as_bytes());
    let piece = [b"1000\r\n".as_slice(), &[b' '; 0x1000], b"\r\n"].concat();
    // It ends when the other end takes no more, long before this is over.
    let n_pieces = (0..100_000).take_while(|_| client.try_send(&piece)).count();
    assert!(n_pieces < 100_000);
    assert!(running.is_healthy());
}

#[test]
fn a_huge_body_in_pieces() {
    let pieces = [b"20000\r\n".as_slice(), &[b' '; 0x20000], b"\r\n0\r\n\r\n"].concat();
    check(&[CHUNKED.as_bytes(), &pieces].concat(), 413, "too-large");
}

#[test]
fn a_body_in_pieces_without_lengths() {
    check(&[CHUNKED.as_bytes(), b"xyz\r\n{}\r\n0\r\n\r\n"].concat(), 400, "broken");
}

#[test]
fn a_compressed_bomb() {
    let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xed, 0xc1, 1, 1, 0, 0, 0, 0x80, 0x90, 0xfe];
    check(&with("content-type: application/json\r\ncontent-encoding: gzip\r\n", &bomb), 415, "compressed");
}

#[test]
fn a_compressed_bomb_that_does_not_say_so() {
    check_body([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xed], 400, "not-utf-8");
}

#[test]
fn another_encoding_behind_none() {
    let lines = "content-type: application/json\r\ncontent-encoding: identity\r\ncontent-encoding: br\r\n";
    check(&with(lines, RIGHT), 415, "compressed");
}

#[test]
fn another_media_type() {
    check(&with("content-type: text/plain\r\n", RIGHT), 415, "wrong-media-type");
}

#[test]
fn no_media_type() {
    check(&with("", RIGHT), 415, "wrong-media-type");
}

#[test]
fn another_encoding_of_characters() {
    check(&with("content-type: application/json; charset=utf-16\r\n", RIGHT), 415, "wrong-media-type");
}

#[test]
fn deep_arrays() {
    check_body("[".repeat(60_000), 422, "wrong-shape");
}

#[test]
fn deep_objects() {
    check_body(r#"{"text":"#.repeat(7_000), 422, "wrong-shape");
}

#[test]
fn deep_values_of_files() {
    check_body(format!(r#"{{"files": {}"#, "[".repeat(60_000)), 422, "wrong-shape");
}

#[test]
fn an_array_in_place_of_an_object() {
    check_body(r#"["url.path == \"/\""]"#, 422, "wrong-shape");
    check_body(r#"{"files": [["a", "b"]]}"#, 422, "wrong-shape");
}

#[test]
fn a_number_in_place_of_a_text() {
    check_body(r#"{"text": 503}"#, 422, "wrong-shape");
}

#[test]
fn null_in_place_of_a_text() {
    check_body(r#"{"text": null}"#, 422, "wrong-shape");
}

#[test]
fn a_text_in_place_of_true() {
    check_body(r#"{"text": "a", "phases": "yes"}"#, 422, "wrong-shape");
}

#[test]
fn a_number_that_is_none() {
    check_body(r#"{"text": NaN}"#, 400, "not-json");
}

#[test]
fn an_offset_that_is_negative_or_too_large() {
    for offset in ["-1", "1.5", "4294967296", "99999999999999999999999999", "\"1\"", "null"] {
        let body = format!(r#"{{"text": "a", "offset": {offset}}}"#);
        check(&post("/v1/hover", body.as_bytes()), 422, "wrong-shape");
    }
}

#[test]
fn bytes_that_are_not_utf_8() {
    check_body(b"{\"text\": \"\xff\"}", 400, "not-utf-8");
    check_body(b"{\"text\": \"\xed\xa0\x80\"}", 400, "not-utf-8");
    check_body(b"{\"text\": \"\xc0\xaf\"}", 400, "not-utf-8");
}

#[test]
fn half_a_pair_of_surrogates() {
    check_body(r#"{"text": "\ud800"}"#, 400, "not-json");
}

#[test]
fn another_encoding_of_unicode() {
    let wide: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_body(wide, 400, "not-utf-8");
    check_body("\u{feff}{}", 400, "not-json");
}

#[test]
fn nul() {
    check_body([0], 400, "not-json");
    check_body(b"{\"text\": \"a\0b\"}", 400, "not-json");
}

#[test]
fn a_nul_in_a_text_is_a_matter_of_the_text() {
    let running = Running::start(small());
    let reply = running.answer(&post("/v1/check", br#"{"text": "a\u0000b"}"#));
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("\"valid\": false"));
}

#[test]
fn a_member_twice() {
    check_body(r#"{"text": "a", "text": "b"}"#, 422, "wrong-shape");
    check_body(r#"{"files": [{"file": "a", "text": "a", "file": "b"}]}"#, 422, "wrong-shape");
}

#[test]
fn a_member_that_there_is_not() {
    check_body(r#"{"text": "a", "__proto__": {}}"#, 422, "wrong-shape");
}

#[test]
fn neither_text_nor_files_or_both() {
    check_body("{}", 422, "wrong-shape");
    check_body(r#"{"text": "a", "files": []}"#, 422, "wrong-shape");
}

#[test]
fn names_that_mean_nothing() {
    check_body(r#"{"text": "a", "edition": "cel"}"#, 422, "wrong-shape");
    check_body(r#"{"text": "a", "catalog": "../../etc/passwd"}"#, 422, "wrong-shape");
    check_body(r#"{"text": "a", "decide_by": "later"}"#, 422, "wrong-shape");
}

#[test]
fn parts_of_a_request_to_validate_that_can_be_none() {
    for body in [
        "{}",
        r#"{"session": 5}"#,
        r#"{"session": null}"#,
        r#"{"session": []}"#,
        r#"{"session": {}, "session": {}}"#,
        r#"{"session": {}, "fleet": true}"#,
        r#"{"session": {}, "fleets": {}}"#,
        r#"{"session": {}, "traffic": null}"#,
    ] {
        check(&post("/v1/validate", body.as_bytes()), 422, "wrong-shape");
    }
    check(&post("/v1/validate", br#"{"session": {"a": tru}}"#), 400, "not-json");
}

#[test]
fn parts_of_a_request_to_validate_that_are_deep() {
    let running = Running::start(small());
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}")] {
        let deep = format!(r#"{{"session": {{"sampling_rule": {}1{}}}}}"#, open.repeat(9_000), close.repeat(9_000));
        let reply = running.answer(&post("/v1/validate", deep.as_bytes()));
        assert!(reply.status == 200 || reply.status == 400, "{reply:?}");
        assert!(running.is_healthy());
    }
}

#[test]
fn a_slow_body() {
    let running = Running::start(impatient());
    let mut client = running.connect();
    client.send(&post("/v1/check", RIGHT)[..100]);
    let reply = client.reply();
    assert_eq!((reply.status, reply.problem().as_str()), (408, "too-slow"));
    assert!(client.is_closed());
    assert!(running.is_healthy());
}

#[test]
fn a_body_that_trickles() {
    let running = Running::start(impatient());
    let mut client = running.connect();
    client.send(&post("/v1/check", &[b' '; 1000])[..100]);
    // A byte in time is not enough: the time is that of the whole body.
    for _ in 0..40 {
        std::thread::sleep(std::time::Duration::from_millis(20));
        client.send(b" ");
    }
    let reply = client.reply();
    assert_eq!((reply.status, reply.problem().as_str()), (408, "too-slow"));
    assert!(running.is_healthy());
}

#[test]
fn a_slow_head() {
    let running = Running::start(impatient());
    let mut client = running.connect();
    client.send(b"POST /v1/check HTTP/1.1\r\nhost");
    let reply = client.reply();
    assert_eq!((reply.status, reply.problem().as_str()), (408, "too-slow"));
    assert!(client.is_closed());
    assert!(running.is_healthy());
}

#[test]
fn a_huge_head() {
    let running = Running::start(small());
    let head = format!("GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(100_000));
    assert_eq!(running.answer(head.as_bytes()).status, 431);
    assert!(running.is_healthy());
}

#[test]
fn no_head_at_all() {
    let running = Running::start(small());
    assert_eq!(running.answer(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").status, 400);
    assert!(running.is_healthy());
}

#[test]
fn two_lengths() {
    let running = Running::start(small());
    let head = "POST /v1/check HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n";
    assert_eq!(running.answer(head.as_bytes()).status, 400);
    assert!(running.is_healthy());
}

#[test]
fn a_body_where_none_is_wanted() {
    let running = Running::start(small());
    let mut client = running.connect();
    client.send(CHUNKED.replace("POST /v1/check", "GET /healthz").as_bytes());
    assert_eq!(client.reply().status, 200);
    assert!(running.is_healthy());
}

#[test]
fn a_client_that_leaves() {
    let running = Running::start(small());
    for cut in [1, 30, 90, 110] {
        let mut client = running.connect();
        client.send(&post("/v1/check", RIGHT)[..cut]);
    }
    assert!(running.is_healthy());
}
