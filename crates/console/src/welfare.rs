//! How long somebody has looked at media, for their own sake. Kept in the page alone, told to nobody.

/// Minutes after which a pause is suggested.
const PAUSE_EVERY: u32 = 10;

/// What to say to somebody who has looked for so many milliseconds since they signed in; nothing before the first minute.
pub fn advice(looked_ms: f64) -> Option<String> {
    let minutes = (0..).take_while(|minute| f64::from(minute + 1) * 60_000.0 <= looked_ms).count();
    let minutes = u32::try_from(minutes).unwrap_or(u32::MAX);
    let counted = match minutes {
        0 => return None,
        1 => "You have looked at media for a minute since you signed in.".to_owned(),
        many => format!("You have looked at media for {many} minutes since you signed in."),
    };
    let pause = "It is time for a pause: get up, look at something else, talk to somebody.";
    Some(if minutes >= PAUSE_EVERY { format!("{counted} {pause}") } else { counted })
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn a_pause_is_suggested_in_time() {
        assert_eq!(advice(59_999.0), None);
        assert_eq!(
            advice(60_000.0).as_deref(),
            Some("You have looked at media for a minute since you signed in.")
        );
        assert!(!advice(599_999.0).unwrap().contains("pause"));
        assert!(advice(600_000.0).unwrap().contains("for 10 minutes"));
        assert!(advice(600_000.0).unwrap().contains("pause"));
    }
}
