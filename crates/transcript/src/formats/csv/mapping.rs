use serde::{Deserialize, Serialize};

/// Which column of a table holds what: stated by whoever reads it, kept beside the source.
///
/// ```
/// let mapping: transcript::CsvMapping = serde_json::from_str(
///     r#"{"time": {"column": "Date", "clock": "Time", "order": "day-first"}, "sender": "Name", "text": 4}"#,
/// ).unwrap();
/// assert_eq!(mapping.text, Some(transcript::CsvColumn::Number(4)));
/// assert!(mapping.heading);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CsvMapping {
    /// Whether the first row names the columns.
    pub heading: bool,
    /// When a message was sent.
    pub time: Option<CsvTime>,
    /// Who sent it.
    pub sender: Option<CsvColumn>,
    /// Its text.
    pub text: Option<CsvColumn>,
    /// The conversation it belongs to.
    pub conversation: Option<CsvColumn>,
    /// The name of a file that belongs to it.
    pub attachment: Option<CsvColumn>,
    /// The platform's identifier of the message.
    pub id: Option<CsvColumn>,
}

impl Default for CsvMapping {
    fn default() -> Self {
        Self {
            heading: true,
            time: None,
            sender: None,
            text: None,
            conversation: None,
            attachment: None,
            id: None,
        }
    }
}

/// A column, by its place or its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum CsvColumn {
    /// Its place, counted from one.
    Number(usize),
    /// Its name in the heading row.
    Named(String),
}

/// Where and how times are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvTime {
    /// The column with the time, or with the date alone.
    pub column: CsvColumn,
    /// The column with the time of day, if it has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<CsvColumn>,
    /// Which comes first, day or month, where dates are written in numbers with the year last.
    #[serde(default)]
    pub order: CsvOrder,
    /// The zone, where the time itself does not say it.
    #[serde(default)]
    pub zone: CsvZone,
}

/// Which comes first in a date, day or month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CsvOrder {
    /// Found from all the dates of the file; ambiguous if they do not show it.
    #[default]
    Found,
    /// The day.
    DayFirst,
    /// The month.
    MonthFirst,
}

/// The zone of times that do not state one, or what they count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CsvZone {
    /// Nobody has stated it.
    #[default]
    Unstated,
    /// UTC.
    Utc,
    /// So many minutes ahead of UTC; behind it if less than nought.
    Offset(i16),
    /// The column counts seconds since 1970.
    EpochSeconds,
    /// The column counts milliseconds since 1970.
    EpochMilliseconds,
}
