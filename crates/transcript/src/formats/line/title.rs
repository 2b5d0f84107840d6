//! The title and the line that says when the history was saved.

use crate::dates::{Cursor, Triple};

/// Whose history it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Title {
    pub(super) name: String,
    pub(super) group: bool,
}

/// What stands before a name, what behind it, and whether that is the title of a group.
const FORMS: [(&str, &str, bool); 16] = [
    ("Chat history with ", "", false),
    ("Chat history in ", "", true),
    ("", "とのトーク履歴", false),
    ("", "のトーク履歴", true),
    ("与", "的聊天记录", false),
    ("", "的聊天记录", true),
    ("與", "的聊天記錄", false),
    ("", "的聊天記錄", true),
    ("與", "的聊天紀錄", false),
    ("", "的聊天紀錄", true),
    ("ประวัติการแชทกับ", "", false),
    ("ประวัติการสนทนากับ", "", false),
    ("ประวัติการแชทใน", "", true),
    ("", "님과 대화한 내용", false),
    ("", "님과의 대화", false),
    ("", "의 대화", true),
];

/// Reads a title. Behind `[LINE]` any words are one.
pub(super) fn read(line: &[u8]) -> Option<Title> {
    if line.len() > 1000 {
        return None;
    }
    let line = std::str::from_utf8(line).ok()?;
    let (declared, rest) = match line.strip_prefix("[LINE]") {
        Some(rest) => (true, rest.trim()),
        None => (false, line.trim()),
    };
    let form = FORMS.iter().find_map(|(before, behind, group)| {
        let name = rest.strip_prefix(before)?.strip_suffix(behind)?.trim();
        (!name.is_empty()).then(|| Title { name: name.to_owned(), group: *group })
    });
    match form {
        Some(title) => Some(title),
        None if declared && !rest.is_empty() => Some(Title { name: rest.to_owned(), group: false }),
        None => None,
    }
}

/// When a history was saved, as far as it shows the order of day and month.
#[derive(Clone, Copy, Debug)]
pub(super) struct Saved(Option<Triple>);

impl Saved {
    pub(super) fn weigh(self, evidence: &mut crate::dates::Evidence) {
        if let Some(triple) = self.0 {
            triple.weigh(evidence);
        }
    }
}

const WORDS: [&str; 11] = [
    "Saved on",
    "Save date",
    "Saved",
    "保存日時",
    "保存日期",
    "保存时间",
    "儲存日期",
    "儲存時間",
    "บันทึกวันที่",
    "บันทึกเมื่อ",
    "저장한 날짜",
];

/// Reads the line below the title.
pub(super) fn saved(line: &[u8]) -> Option<Saved> {
    let mut cursor = Cursor::new(line);
    cursor.take_any(&WORDS)?;
    cursor.spaces();
    let _ = cursor.take_any(&[":", "："]);
    cursor.spaces();
    Some(Saved(Triple::read(&mut cursor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles() {
        for (line, name, group) in [
            ("[LINE] Chat history with Ann Lee", "Ann Lee", false),
            ("Chat history in Team", "Team", true),
            ("[LINE] 田中とのトーク履歴", "田中", false),
            ("[LINE]サッカー部 のトーク履歴", "サッカー部", true),
            ("[LINE] 與 王小華 的聊天紀錄", "王小華", false),
            ("[LINE] 足球队的聊天记录", "足球队", true),
            ("[LINE] ประวัติการแชทกับ Ann", "Ann", false),
        ] {
            assert_eq!(read(line.as_bytes()), Some(Title { name: name.to_owned(), group }), "{line}");
        }
        assert_eq!(read(b"a chat history with Ann"), None);
    }
}
