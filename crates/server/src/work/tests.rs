use super::*;
use http::HeaderValue;
use zeroize::Zeroizing;

const NOW: i64 = 1_800_000_000;

fn work(config: WorkConfig) -> Work {
    Work::new(&SubKeys::from_root(Zeroizing::new([1; KEY_LEN])), config)
}

fn easy() -> WorkConfig {
    WorkConfig { base_bits: 6, max_bits: 9, calm_writes_per_second: 2, lifetime_seconds: 100 }
}

fn solve(challenge: &WorkChallenge) -> HeaderMap {
    let bytes = URL_SAFE_NO_PAD.decode(&challenge.challenge).unwrap();
    let nonce = seal::work::solve(&bytes, u32::from(challenge.bits), &mut 0, u64::MAX).unwrap();
    headers(&format!("{}.{nonce}", challenge.challenge))
}

fn headers(value: &str) -> HeaderMap {
    HeaderMap::from_iter([(protocol::WORK_HEADER.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
}

fn why(result: Result<()>) -> String {
    let told = result.unwrap_err().into_api();
    assert_eq!(told.code, ErrorCode::WorkNeeded);
    told.message
}

#[test]
fn a_solution_is_good_once() {
    let work = work(easy());
    let solved = solve(&work.issue(NOW).unwrap());
    work.accept(&solved, NOW + 1).unwrap();
    assert!(why(work.accept(&solved, NOW + 2)).contains("used before"));
}

#[test]
fn a_solution_stops_being_good() {
    let work = work(easy());
    let solved = solve(&work.issue(NOW).unwrap());
    assert!(why(work.accept(&solved, NOW + 100)).contains("too old"));
}

#[test]
fn a_challenge_of_another_instance_is_refused() {
    let other = Work::new(&SubKeys::from_root(Zeroizing::new([2; KEY_LEN])), easy());
    let solved = solve(&other.issue(NOW).unwrap());
    assert!(why(work(easy()).accept(&solved, NOW)).contains("not given here"));
}

#[test]
fn a_challenge_that_was_made_easier_is_refused() {
    let work = work(easy());
    let mut bytes = URL_SAFE_NO_PAD.decode(work.issue(NOW).unwrap().challenge).unwrap();
    bytes[1] = 0;
    let easier = format!("{}.0", URL_SAFE_NO_PAD.encode(bytes));
    assert!(why(work.accept(&headers(&easier), NOW)).contains("not given here"));
}

#[test]
fn what_is_no_solution_is_refused() {
    let work = work(WorkConfig { base_bits: 20, ..easy() });
    let challenge = work.issue(NOW).unwrap().challenge;
    assert!(why(work.accept(&headers(&format!("{challenge}.0")), NOW)).contains("wrong"));
    for text in [
        "",
        ".",
        "abc.1",
        &challenge,
        &format!("{challenge}.-1"),
        &format!("{challenge}.99999999999999999999"),
    ] {
        assert!(why(work.accept(&headers(text), NOW)).contains("malformed"), "{text}");
    }
    assert!(why(work.accept(&HeaderMap::new(), NOW)).contains("needed"));
}

#[test]
fn difficulty_rises_with_load_and_falls_again() {
    let work = work(easy());
    assert_eq!(work.bits(NOW), 6);
    for _ in 0..20 {
        work.count(NOW);
    }
    assert_eq!(work.bits(NOW), 7, "twenty in ten seconds is what two a second allows");
    for _ in 0..20 {
        work.count(NOW);
    }
    assert_eq!(work.bits(NOW), 8);
    for _ in 0..100_000 {
        work.count(NOW);
    }
    assert_eq!(work.bits(NOW), 9, "never above the most");
    assert_eq!(work.bits(NOW + 10), 9);
    assert_eq!(work.bits(NOW + 25), 6);
}

#[test]
fn a_check_takes_well_under_a_tenth_of_a_millisecond() {
    let work = work(WorkConfig { base_bits: 0, ..easy() });
    let solved: Vec<_> = (0..200).map(|_| solve(&work.issue(NOW).unwrap())).collect();
    let started = std::time::Instant::now();
    for headers in &solved {
        work.accept(headers, NOW).unwrap();
    }
    let each = started.elapsed() / 200;
    let allowed = if cfg!(debug_assertions) { 1000 } else { 100 };
    assert!(each.as_micros() < allowed, "{each:?}");
}
