//! `safehand inspect` as an officer runs it: on files, on a folder, from standard input.
#![allow(missing_docs, clippy::unwrap_used, reason = "a test and its helpers")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcript/tests/fixtures").join(name)
}

fn inspect(arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_safehand"));
    command
        .arg("inspect")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // A program that fails early does not read its input.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn stdout(output: &Output) -> &str {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn every_message_is_a_line_and_stands_where_the_line_says() {
    let path = fixture("whatsapp/android-en-gb.txt");
    let bytes = fs::read(&path).unwrap();
    for (name, input) in [(path.to_str().unwrap(), Vec::new()), ("-", bytes.clone())] {
        let said = lines(&inspect(&["--json", name], &input));
        let (source, messages) = said.split_first().unwrap();
        assert_eq!(source["schema"], "safehand.source/1");
        assert_eq!(source["format"], "whatsapp");
        assert_eq!(source["messages"], messages.len());
        assert_eq!(source["unparsed"].as_array().unwrap().len(), 0);
        let mut held = 0;
        for message in messages {
            assert_eq!(message["schema"], "safehand.message/1");
            let at = |end: usize| usize::try_from(message["source"]["bytes"][end].as_u64().unwrap()).unwrap();
            let part = std::str::from_utf8(&bytes[at(0)..at(1)]).unwrap();
            assert!(part.contains(message["sent"]["written"].as_str().unwrap()), "{part}");
            held += part.len();
        }
        assert_eq!(held, bytes.len(), "every byte belongs to a message here");
    }
}

#[test]
fn the_bytes_of_a_message_can_be_looked_at() {
    let path = fixture("whatsapp/android-en-gb.txt");
    let bytes = fs::read(&path).unwrap();
    let said = lines(&inspect(&["--json", path.to_str().unwrap()], b""));
    let place = &said[4]["source"]["bytes"];
    let range = format!("{}..{}", place[0], place[1]);
    let output = inspect(&["--at", &range, path.to_str().unwrap()], b"");
    let start = usize::try_from(place[0].as_u64().unwrap()).unwrap();
    let first: Vec<_> = bytes[start..start + 4].iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(stdout(&output).contains(&first.join(" ")), "{output:?}");
    let beyond = inspect(&["--at", "0..99999999", path.to_str().unwrap()], b"");
    assert!(stderr(&beyond).contains("the source has"), "{beyond:?}");
}

#[test]
fn timesketch_gets_points_in_time_or_a_question() {
    let path = fixture("whatsapp/android-en-gb.txt");
    let refused = inspect(&["--timesketch", path.to_str().unwrap()], b"");
    assert!(stderr(&refused).contains("--zone Europe/London"));
    let output = inspect(&["--timesketch", "--zone", "Europe/London", path.to_str().unwrap()], b"");
    let events = lines(&output);
    assert!(events.iter().all(|event| event["datetime"].is_string() && event["timestamp"].is_i64()));
    assert_eq!(events[0]["timestamp_desc"], "Sent");
    let stamps: Vec<_> = events.iter().map(|event| event["timestamp"].as_i64().unwrap()).collect();
    assert!(stamps.is_sorted());
}

#[test]
fn an_ambiguous_date_stays_so_until_somebody_states_the_order() {
    let path = fixture("whatsapp/dates-ambiguous.txt");
    let path = path.to_str().unwrap();
    let readings = |options: &[&str]| -> BTreeSet<String> {
        let options: Vec<_> = ["--json"].iter().chain(options).chain([&path]).copied().collect();
        let said = lines(&inspect(&options, b""));
        said[1..].iter().map(|message| message["sent"]["reading"].as_str().unwrap().to_owned()).collect()
    };
    assert!(readings(&[]).contains("ambiguous"));
    assert_eq!(readings(&["--day-first"]), BTreeSet::from(["local".to_owned()]));
    assert_eq!(
        readings(&["--month-first", "--zone", "Europe/London"]),
        BTreeSet::from(["instant".to_owned()])
    );
}

#[test]
fn messages_stand_in_the_order_of_the_times_that_were_stated() {
    let folder = tempfile::tempdir().unwrap();
    for (name, line) in
        [("a.txt", "03/04/2023, 10:00 - Alice: rain"), ("b.txt", "05/03/2023, 10:00 - Bob: sun")]
    {
        fs::write(folder.path().join(name), format!("{line}\n{line}\n")).unwrap();
    }
    let texts = |option: &str| -> Vec<String> {
        let said = lines(&inspect(&["--json", option, folder.path().to_str().unwrap()], b""));
        let messages = said.iter().filter(|record| record["schema"] == "safehand.message/1");
        messages.map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts("--day-first"), ["sun", "sun", "rain", "rain"]);
    assert_eq!(texts("--month-first"), ["rain", "rain", "sun", "sun"]);

    // One file whose own order decides nothing.
    let path = folder.path().join("c.txt");
    let mixed =
        ["03/04/2023, 10:00 - Alice: 1", "05/03/2023, 10:00 - Bob: 2", "04/01/2023, 10:00 - Alice: 3"];
    fs::write(&path, mixed.join("\n")).unwrap();
    for option in ["--day-first", "--month-first"] {
        let said = lines(&inspect(&["--json", option, path.to_str().unwrap()], b""));
        let times: Vec<_> = said[1..].iter().map(|message| message["sent"]["at"].as_str().unwrap()).collect();
        assert!(times.is_sorted(), "{option}: {times:?}");
    }
}

#[test]
fn csv_has_a_row_for_each_message_and_no_formula() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.txt");
    fs::write(
        &path,
        "13/01/2023, 21:04 - Alice: =HYPERLINK(\"https://example.org\")\n13/01/2023, 21:05 - Bob: rain, again\n",
    )
    .unwrap();
    let output = inspect(&["--csv", path.to_str().unwrap()], b"");
    let rows: Vec<_> = stdout(&output).split("\r\n").filter(|row| !row.is_empty()).collect();
    assert_eq!(rows.len(), 3, "{rows:#?}");
    assert!(rows[0].starts_with("file,sha256,start,end,"));
    assert!(rows[1].ends_with("\"'=HYPERLINK(\"\"https://example.org\"\")\""), "{}", rows[1]);
    assert!(rows[2].ends_with("\"rain, again\""), "{}", rows[2]);
}

#[test]
fn a_folder_is_read_with_the_files_its_chats_name() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write(
        "_chat.txt",
        b"[13/01/2023, 21:04:33] Alice: Boots\r\n\
          [13/01/2023, 21:04:40] Alice: \xE2\x80\x8E<attached: 00000002-PHOTO-2023-01-13-21-04-40.jpg>\r\n\
          [13/01/2023, 21:05:40] Bob: \xE2\x80\x8E<attached: 00000003-PHOTO-2023-01-13-21-05-40.jpg>\r\n",
    );
    write("00000002-PHOTO-2023-01-13-21-04-40.jpg", b"\xFF\xD8\xFF\xE0 no picture");
    write("nobody-names-it.pdf", b"%PDF-1.7 no document");
    let path = folder.path().to_str().unwrap();
    let said = lines(&inspect(&["--json", path], b""));
    let record = said.iter().find(|record| record["schema"] == "safehand.folder/1").unwrap();
    let found = &record["attachments"];
    assert_eq!(found["matches"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["misses"].as_array().unwrap().len(), 1, "{found}");
    assert_eq!(found["orphans"].as_array().unwrap().len(), 1, "{found}");
    let output = inspect(&["--summary", path], b"");
    let summary = stdout(&output);
    assert!(summary.contains("1 named and there, 1 named and missing"), "{summary}");
    assert!(summary.contains("missing    00000003-PHOTO"), "{summary}");
    assert!(summary.contains("unnamed    nobody-names-it.pdf"), "{summary}");
}

#[test]
fn what_stands_in_a_message_is_a_mention_with_its_place() {
    let chat = "13/01/2023, 21:04 - Alice: ring 07700 900123 or https://example.org/match\n";
    let said = lines(&inspect(&["--json", "--region", "GB", "-"], chat.as_bytes()));
    let mentions = said[1]["mentions"].as_array().unwrap();
    assert_eq!(mentions.len(), 2, "{mentions:?}");
    assert_eq!(mentions[0]["normal"], "+447700900123");
    for mention in mentions {
        let at = |end: usize| usize::try_from(mention["bytes"][end].as_u64().unwrap()).unwrap();
        assert_eq!(mention["text"], chat[at(0)..at(1)]);
        assert_eq!(mention["exact"], true);
    }
    let without = lines(&inspect(&["--json", "-"], chat.as_bytes()));
    assert!(without[1]["mentions"][0].get("normal").is_none(), "no country is guessed");
    let summary = inspect(&["--summary", "-"], chat.as_bytes());
    assert!(stdout(&summary).contains("mentioned  07700 900123 (telephone), once"), "{summary:?}");
    assert!(stderr(&inspect(&["--region", "Mars", "-"], b"")).contains("as in GB"));
}

#[test]
fn what_is_no_chat_is_told_apart_from_what_is_not_there() {
    let nothing = inspect(&["-"], b"\x00\x01\x02 no chat");
    assert!(stderr(&nothing).contains("not a chat export that this program knows"), "{nothing:?}");
    let missing = inspect(&["no-such-file.txt"], b"");
    assert!(stderr(&missing).contains("no-such-file.txt"), "{missing:?}");
}

#[test]
fn text_from_strangers_cannot_drive_the_terminal() {
    let output = inspect(&["-"], "13/01/2023, 21:04 - Alice: a\u{1b}[2Jb \u{202e}c\n".as_bytes());
    let shown = stdout(&output);
    assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'), "{shown}");
    assert!(shown.contains("\\u{1b}[2J"), "{shown}");
}

#[test]
fn a_database_is_read_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chat.db");
    let sql = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/databases/current.sql");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(&fs::read_to_string(sql).unwrap()).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    drop(connection);
    let listed = || -> Vec<_> {
        let files = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        files.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    };
    let before = listed();

    let name = path.to_str().unwrap();
    for arguments in [&["--json", name][..], &["--json", folder.path().to_str().unwrap()], &["--json", "-"]] {
        let input = if arguments[1] == "-" { before[0].1.clone() } else { Vec::new() };
        let said = lines(&inspect(arguments, &input));
        assert_eq!(said[0]["format"], "imessage-db");
        let table = said[0]["tables"].as_array().unwrap().iter().find(|table| table["name"] == "message");
        let messages: Vec<_> =
            said.iter().filter(|record| record["schema"] == "safehand.message/1").collect();
        assert_eq!(table.unwrap()["rows"], messages.len());
        assert_eq!(table.unwrap()["read"], messages.len());
        assert_eq!(messages[0]["source"]["pointer"], "/message/1");
        assert!(messages[0]["source"].get("bytes").is_none());
        assert!(said[0]["warnings"].as_array().unwrap().iter().all(|warning| warning.get("bytes").is_none()));
    }
    let row = inspect(&["--at", "message/1", name], b"");
    assert!(stdout(&row).contains("Rain at four, bring a coat"), "{row:?}");
    assert!(stderr(&inspect(&["--at", "0..10", name], b"")).contains("--at message/12"));
    assert!(stderr(&inspect(&["--at", "message/17", name], b"")).contains("no row 17"));
    assert!(stdout(&inspect(&["--summary", name], b"")).contains("message: 22 of 22 rows read"));
    assert_eq!(listed(), before, "nothing is changed, and nothing made beside it");

    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE notes (a)").unwrap();
    let refused = inspect(&[other.to_str().unwrap()], b"");
    assert!(stderr(&refused).contains("its tables are notes"), "{refused:?}");
}

const TELEGRAM: &str = r#"{"name": "Sunday football", "type": "private_group", "id": 5550100, "messages": [
{"id": 1, "type": "message", "date": "2023-07-01T09:58:10", "date_unixtime": "1688201890", "from": "Ann A.", "from_id": "user5550101", "text": "kick-off at ten, bring water", "text_entities": []},
{"id": 2, "type": "message", "date": "2023-07-01T10:01:05", "date_unixtime": "1688202065", "from": "ben", "from_id": "user5550102", "text": "is the pitch dry after all the rain", "text_entities": []},
{"id": 3, "type": "message", "date": "2023-07-01T10:05:00", "date_unixtime": "1688202300", "from": "Ann A.", "from_id": "user5550101", "text": "and the homework on page forty", "text_entities": []},
{"id": 4, "type": "message", "date": "2023-07-01T10:09:00", "date_unixtime": "1688202540", "from": "ben", "from_id": "user5550102", "text": "see you there, the bus is late", "text_entities": []}]}"#;
const WHATSAPP: &str = "01/07/2023, 09:58 - Ann: kick-off at ten, bring water
01/07/2023, 10:01 - Ben: is the pitch dry after all the rain
01/07/2023, 10:05 - Ann: and the homework on page two
01/07/2023, 10:09 - Ben: see you there, the bus is late
13/07/2023, 08:00 - Ann: snow in July
";

/// Two exports of one chat, in a folder of their own.
fn two_exports(second: &str) -> (tempfile::TempDir, [String; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let paths = [("_chat.txt", second), ("result.json", TELEGRAM)].map(|(name, content)| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    });
    (folder, paths)
}

#[test]
fn two_exports_are_held_against_each_other() {
    let (_folder, [first, second]) = two_exports(WHATSAPP);
    let said = lines(&inspect(&["--compare", "--json", &first, &second], b""));
    let schemas: Vec<_> = said.iter().map(|line| line["schema"].as_str().unwrap()).collect();
    assert_eq!(schemas, ["safehand.comparison/1", "safehand.compared/1", "safehand.difference/1"]);
    assert_eq!(said[1]["counts"]["agreeing"], 3);
    assert_eq!(said[1]["clock"]["shifts"][0]["seconds"], -3_600, "London is an hour ahead in summer");
    assert_eq!(said[1]["not_covered"][0]["messages"], 1);
    let difference = &said[2];
    assert_eq!((&difference["kind"], &difference["weight"]), (&"text".into(), &"unexplained".into()));
    assert_eq!(difference["first"]["text"], "and the homework on page two");
    assert_eq!(difference["second"]["text"], "and the homework on page forty");
    let place = &difference["first"]["source"]["bytes"];
    let [from, to] = [0, 1].map(|end| usize::try_from(place[end].as_u64().unwrap()).unwrap());
    assert!(WHATSAPP[from..to].contains("page two"));

    let output = inspect(&["--compare", &first, &second], b"");
    let page = stdout(&output);
    for words in [
        "5 in the first, 4 in the second, 4 in both; 3 of these agree in everything",
        "unexplained  1: 1 text",
        "the second shows times 1:00:00 earlier",
        "account      Ann is Ann A.",
        "the first has 1 message after everything that the second has",
        "page two",
        "page forty",
    ] {
        assert!(page.contains(words), "{words:?} is missing in\n{page}");
    }
}

#[test]
fn exports_that_agree_are_said_to() {
    let (_folder, [first, second]) = two_exports(&WHATSAPP.replace("page two", "page forty"));
    let said = lines(&inspect(&["--compare", "--json", "--zone", "Europe/London", &first, &second], b""));
    assert_eq!(said.len(), 2);
    assert_eq!((&said[1]["counts"]["unexplained"], &said[1]["counts"]["agreeing"]), (&0.into(), &4.into()));
    assert_eq!(said[1]["clock"]["shifts"][0]["seconds"], 0);
    let one = stderr(&inspect(&["--compare", &first], b""));
    assert!(
        one.contains("--compare holds two exports against each other; name two files or folders"),
        "{one}"
    );
}

#[test]
fn a_picture_says_where_it_was_made_and_what_does_not_fit() {
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/metadata/a.jpg");
    let path = picture.to_str().unwrap();
    let output = inspect(&[path], b"");
    let page = stdout(&output);
    for words in [
        "type       JPEG: begins as JPEG does",
        "reveals    place: 51.50737, -0.16200",
        "look       The picture has 2000 × 1000 pixels",
    ] {
        assert!(page.contains(words), "{words:?} is missing in\n{page}");
    }
    let said = lines(&inspect(&["--json", path], b""));
    assert_eq!((&said[0]["schema"], &said[0]["kind"]), (&"safehand.file/1".into(), &"jpeg".into()));
    let digest = seal::Digest::of(fs::read(&picture).unwrap()).to_hex();
    assert_eq!(said[0]["sha256"], digest);
    let model = said[0]["fields"].as_array().unwrap().iter().find(|field| field["name"] == "Model").unwrap();
    let [from, to] = [0, 1].map(|end| usize::try_from(model["bytes"][end].as_u64().unwrap()).unwrap());
    assert_eq!(&fs::read(&picture).unwrap()[from..to], b"Phone 5\0");
}
