//! LINE: rendered and read again in several layouts, and what hostile files do.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::format_push_string)]

mod support;

use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;
use support::{read, read_in_pieces};
use transcript::{Format, Reading};

#[derive(Clone, Copy, Debug)]
enum Layout {
    English,
    DayFirst,
    Japanese,
    Chinese,
}

fn render(layout: Layout, messages: &[(String, String, u32)]) -> (String, Vec<String>) {
    let (mut source, mut times) = (String::new(), Vec::new());
    source += match layout {
        Layout::English => "[LINE] Chat history with Ann\nSaved on: 2024/12/31, 09:00\n",
        Layout::DayFirst => "[LINE] Chat history with Ann\nSaved on: 31/12/2024, 09:00\n",
        Layout::Japanese => "[LINE] Annとのトーク履歴\n保存日時：2024/12/31 09:00\n",
        Layout::Chinese => "[LINE] 與Ann的聊天記錄\n儲存日期：2024/12/31 09:00\n",
    };
    let mut day = date(2023, 1, 1);
    let mut headed = None;
    for (name, text, minutes) in messages {
        day = day.checked_add(i64::from(minutes % 3).days()).unwrap();
        if headed != Some(day) {
            headed = Some(day);
            source += "\n";
            source += &match layout {
                Layout::English => day.strftime("%Y.%m.%d %A\n").to_string(),
                Layout::DayFirst => day.strftime("%a, %d/%m/%Y\n").to_string(),
                Layout::Japanese => day.strftime("%Y/%m/%d(火)\n").to_string().replace(
                    '火',
                    ["日", "月", "火", "水", "木", "金", "土"]
                        [usize::try_from(day.weekday().to_sunday_zero_offset()).unwrap()],
                ),
                Layout::Chinese => day.strftime("%Y/%-m/%-d（週三）\n").to_string().replace(
                    '三',
                    ["日", "一", "二", "三", "四", "五", "六"]
                        [usize::try_from(day.weekday().to_sunday_zero_offset()).unwrap()],
                ),
            };
        }
        let (hour, minute) = (minutes / 60 % 24, minutes % 60);
        let (twelve, after_noon) = ((hour + 11) % 12 + 1, hour >= 12);
        let time = match layout {
            Layout::English => format!("{hour:02}:{minute:02}"),
            Layout::DayFirst => format!("{twelve}:{minute:02}{}", if after_noon { "PM" } else { "AM" }),
            Layout::Japanese => format!("{}{twelve}:{minute:02}", if after_noon { "午後" } else { "午前" }),
            Layout::Chinese => format!("{}{twelve:02}:{minute:02}", if after_noon { "下午" } else { "上午" }),
        };
        let text =
            if text.contains('\n') { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.clone() };
        source += &format!("{time}\t{name}\t{text}\n");
        times.push(format!("{day}T{hour:02}:{minute:02}"));
    }
    (source, times)
}

proptest! {
    #[test]
    fn rendered_and_read_again(
        messages in prop::collection::vec(("[A-Zあ-ん][a-z ]{0,6}", "[a-zé😀 :,\"]{1,12}(\n[a-z \"]{1,8}){0,3}", 0_u32..100_000), 1..15),
        layout in prop::sample::select(vec![Layout::English, Layout::DayFirst, Layout::Japanese, Layout::Chinese]),
    ) {
        let (source, times) = render(layout, &messages);
        let (said, directory) = read(Format::Line, source.as_bytes());
        prop_assert!(said.unparsed.is_empty(), "{:#?}", said);
        prop_assert_eq!(said.messages.len(), messages.len(), "{}", source);
        for (message, ((name, text, _), time)) in said.messages.iter().zip(messages.iter().zip(times)) {
            prop_assert_eq!(&message.text.value, text);
            prop_assert_eq!(message.sent.reading, Reading::Local(time.parse().unwrap()), "{}", source);
            prop_assert_eq!(directory.participant(message.sender.unwrap()).unwrap().display_name.as_ref(), Some(name));
        }
    }

    #[test]
    fn any_lines_are_accounted_for(lines in prop::collection::vec(prop::sample::select(vec![
        "[LINE] Chat history with Ann", "Saved on: 1/2/2024", "", "2024/01/02(Tue)", "Tue, 02/01/2024", "21:30\tAnn\t\"open",
        "21:30\tAnn\ttext", "closed\"", "\"\"", "10:00 Ann text", "10:00    Ann    text", "10:00\t\tsystem", "words", "午後3:04\ta\tb",
        "\u{FEFF}", "10:00\t", "10:00 ", "25:99\ta\tb",
    ]), 0..30), end in prop::sample::select(vec!["\n", "\r\n", "\r"])) {
        let source = lines.join(end);
        let (whole, _) = read(Format::Line, source.as_bytes());
        let (pieces, _) = read_in_pieces(Format::Line, source.as_bytes(), 5);
        prop_assert_eq!(pieces.joined(), whole.joined());
    }
}

#[test]
fn hostile_files_end_in_time() {
    for line in [
        "\n",
        "a",
        "\"",
        "\t",
        "21:30\tAnn\t\"\n",
        "2024/01/02(Tue)\n",
        "21:30\tAnn\t",
        "9",
        "[LINE] x\n\n",
        "Saved on",
    ] {
        let source = format!("2024/01/02(Tue)\n{}", line.repeat((1 << 20) / line.len()));
        read(Format::Line, source.as_bytes());
        read_in_pieces(Format::Line, source.as_bytes(), 4096);
    }
}
