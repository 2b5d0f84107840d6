//! How long somebody has looked at media, for their own sake. Kept in the page alone, told to nobody.

/// Minutes after which a pause is suggested.
const PAUSE_AFTER: u64 = 10;

/// What to say to somebody who has looked for so many milliseconds since they signed in; nothing before the first minute.
pub fn advice(looked_ms: u64) -> Option<String> {
    let minutes = looked_ms / 60_000;
    let counted = match minutes {
        0 => return None,
        1 => "You have looked at media for a minute since you signed in.".to_owned(),
        many => format!("You have looked at media for {many} minutes since you signed in."),
    };
    let pause = "It is time for a pause: get up, look at something else, talk to somebody.";
    Some(if minutes >= PAUSE_AFTER { format!("{counted} {pause}") } else { counted })
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn a_pause_is_suggested_in_time() {
        assert_eq!(advice(59_999), None);
        assert_eq!(
            advice(60_000).as_deref(),
            Some("You have looked at media for a minute since you signed in.")
        );
        assert!(!advice(599_999).unwrap().contains("pause"));
        assert!(advice(600_000).unwrap().contains("for 10 minutes"));
        assert!(advice(600_000).unwrap().contains("pause"));
    }
}
