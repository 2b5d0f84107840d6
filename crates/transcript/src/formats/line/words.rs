//! What LINE writes in the place of things that are no text, in its languages.

use crate::Kind;

const PICTURES: [&str; 8] = ["Photo", "Photos", "写真", "照片", "图片", "圖片", "사진", "ภาพ"];
const VIDEOS: [&str; 7] = ["Video", "Videos", "動画", "影片", "视频", "동영상", "วิดีโอ"];
const STICKERS: [&str; 7] = ["Sticker", "Stickers", "スタンプ", "貼圖", "贴图", "스티커", "สติกเกอร์"];
const VOICES: [&str; 10] = [
    "Voice message",
    "Audio",
    "ボイスメッセージ",
    "音声",
    "語音訊息",
    "语音信息",
    "语音消息",
    "음성 메시지",
    "ข้อความเสียง",
    "音訊",
];
const FILES: [&str; 7] = ["File", "Files", "ファイル", "檔案", "文件", "파일", "ไฟล์"];
const ALBUMS: [&str; 4] = ["Album", "アルバム", "相簿", "相册"];
const PLACES: [&str; 8] =
    ["Location", "位置情報", "位置資訊", "位置訊息", "位置", "위치정보", "위치 정보", "ตำแหน่งที่ตั้ง"];
const CONTACTS: [&str; 6] = ["Contact", "連絡先", "聯絡資訊", "联系人", "연락처", "รายชื่อติดต่อ"];

/// The word in brackets that a text begins with, what it stands for, and the rest of the text. On the Mac the words
/// stand alone and without brackets.
pub(super) fn placeholder(text: &str, bare: bool) -> Option<(&str, Kind, &str)> {
    let (word, rest) = match text.strip_prefix('[') {
        Some(inside) => inside.split_once(']')?,
        None if bare => (text, ""),
        None => return None,
    };
    let is = |words: &[&str]| words.contains(&word);
    let kind = if is(&PICTURES)
        || is(&VIDEOS)
        || is(&STICKERS)
        || is(&VOICES)
        || is(&FILES)
        || is(&ALBUMS)
        || word == "GIF"
        || bare && word == "画像"
    {
        Kind::Media
    } else if is(&PLACES) {
        Kind::Location
    } else if is(&CONTACTS) {
        Kind::Contact
    } else {
        return None;
    };
    // A person may write `[Photo] of the pitch`; only a file's name or an album's may stand behind the word.
    let alone = rest.is_empty() || kind != Kind::Media || is(&FILES) || is(&ALBUMS);
    alone.then_some((word, kind, rest))
}

pub(super) fn is_file(word: &str) -> bool {
    FILES.contains(&word) || ALBUMS.contains(&word)
}

/// Whether the app says that a message was unsent.
pub(super) fn is_unsent(text: &str) -> bool {
    const ENDINGS: [&str; 9] = [
        " unsent a message.",
        " unsent a message",
        "メッセージの送信を取り消しました",
        "メッセージの送信を取り消しました。",
        "已收回訊息",
        "已收回訊息。",
        "撤回了一条消息",
        "메시지 전송을 취소했습니다.",
        "ยกเลิกข้อความ",
    ];
    is_unsent_alone(text) || ENDINGS.iter().any(|ending| text.ends_with(ending))
}

/// Whether a text is nothing but LINE's note that its message was unsent.
pub(super) fn is_unsent_alone(text: &str) -> bool {
    matches!(
        text,
        "Message unsent."
            | "You unsent a message."
            | "メッセージの送信を取り消しました"
            | "您已收回訊息"
            | "你已收回訊息"
    )
}
