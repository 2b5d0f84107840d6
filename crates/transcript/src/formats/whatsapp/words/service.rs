//! Sentences that WhatsApp itself writes into a chat.
//!
//! They are needed in two places only, for everywhere else the form of the line tells. Android writes them without an
//! author, so that a colon inside one (`changed the subject to "Team: Blue"`) looks like the end of a name. iOS puts
//! the chat's name or the person acting in the author's place, and a mark of direction before the sentence.
//! A sentence is never searched for in what a person wrote behind their own name.

/// What stands between the person acting and free text in quotation marks. No name holds one of these.
const QUOTING: &[&str] = &[
    // English
    " created group \"",
    " created group “",
    " created this group \"",
    " changed the subject from \"",
    " changed the subject from “",
    " changed the subject to \"",
    " changed the subject to “",
    " changed the group name from \"",
    " changed the group name from “",
    " changed the group name to \"",
    " changed the group name to “",
    " changed the community name ",
    " created community \"",
    " created community “",
    // German
    " hat die Gruppe \"",
    " hat die Gruppe „",
    " hat die Gruppe “",
    " hat den Betreff ",
    " hat den Gruppennamen ",
    // Spanish
    " creó el grupo \"",
    " creó el grupo “",
    " creó el grupo «",
    " cambió el asunto ",
    " cambió el nombre del grupo ",
    "Creaste el grupo ",
    "Cambiaste el asunto ",
    "Cambiaste el nombre del grupo ",
    // French
    " a créé le groupe ",
    " a changé le sujet ",
    " a modifié le sujet ",
    " a changé le nom du groupe ",
    " a modifié le nom du groupe ",
    // Italian
    " ha creato il gruppo \"",
    " ha creato il gruppo “",
    " ha cambiato l'oggetto ",
    " ha cambiato il nome del gruppo ",
    " ha modificato il nome del gruppo ",
    // Portuguese
    " criou o grupo \"",
    " criou o grupo “",
    " mudou o assunto ",
    " alterou o assunto ",
    " mudou o nome do grupo ",
    " alterou o nome do grupo ",
    // Dutch
    " heeft de groep \"",
    " heeft groep \"",
    " heeft de groep “",
    " heeft groep “",
    " heeft het onderwerp ",
    " heeft de groepsnaam ",
    // Russian and Ukrainian
    " создал(-а) группу",
    " создал(а) группу",
    " создал группу",
    " создала группу",
    " изменил(-а) тему",
    " изменил(а) тему",
    " изменил(-а) название",
    " изменил(а) название",
    " створив(-ла) групу",
    " змінив(-ла) назву",
    // Turkish, Polish, Swedish, Indonesian
    " grubunu oluşturdu",
    " grup adını ",
    " utworzył(a) grupę",
    " zmienił(a) temat",
    " zmienił(a) nazwę grupy",
    " skapade gruppen ",
    " ändrade gruppens ",
    " membuat grup \"",
    " mengubah subjek ",
    " mengubah nama grup ",
];

/// What stands between the person acting and another name, with what the sentence ends in. A name may hold one.
const NAMING: &[(&str, &str)] = &[
    (" added ", ""),
    (" removed ", ""),
    (" invited ", ""),
    (" changed to ", ""),
    (" requested to add ", ""),
    (" hat ", " hinzugefügt"),
    (" hat ", " entfernt"),
    (" hat zu ", " gewechselt"),
    (" añadió a ", ""),
    (" añadió ", ""),
    (" agregó a ", ""),
    (" eliminó a ", ""),
    (" a ajouté ", ""),
    (" a retiré ", ""),
    (" a supprimé ", ""),
    (" ha aggiunto ", ""),
    (" ha rimosso ", ""),
    (" adicionou ", ""),
    (" removeu ", ""),
    (" heeft ", " toegevoegd"),
    (" heeft ", " verwijderd"),
    (" добавил(-а) ", ""),
    (" добавил(а) ", ""),
    (" удалил(-а) ", ""),
    (" lade till ", ""),
    (" menambahkan ", ""),
    (" dodał(a) ", ""),
];

/// The person who made the export, as the one acting.
const YOU: &[&str] = &[
    "You", "Du", "Tú", "Usted", "Vous", "Hai", "Você", "U", "Je", "Jij", "Вы", "Ви", "Sen", "Siz", "Ty",
    "Anda", "Kamu",
];

/// How sentences begin that have nobody acting, or whose subject is a thing.
const STARTS: &[&str] = &[
    "Messages and calls are end-to-end encrypted",
    "Messages to this chat and calls are now secured",
    "Messages to this group are now secured",
    "Messages you send to this ",
    "Messages and calls are secured",
    "Your security code with ",
    "Your chat with ",
    "This chat is with ",
    "This business ",
    "This group was added to the community",
    "Disappearing messages were turned ",
    "Disappearing messages now support",
    "Only messages that mention ",
    "Only people who mention ",
    "The group description ",
    "Anyone can join ",
    "The message timer was updated",
    "Live location ",
    "You're now an admin",
    "You created ",
    "You added ",
    "You removed ",
    "You changed ",
    "You joined ",
    "You left",
    "You were added",
    "You turned ",
    "You updated ",
    "You pinned ",
    "You blocked ",
    "You unblocked ",
    "You started ",
    "You requested ",
    "You're no longer ",
    "You can now message",
    "Nachrichten und Anrufe sind Ende-zu-Ende",
    "Nachrichten in dieser Gruppe sind",
    "Nachrichten in diesem Chat sowie",
    "Die Sicherheitsnummer ",
    "Deine Sicherheitsnummer ",
    "Selbstlöschende Nachrichten ",
    "Du hast ",
    "Du bist ",
    "Du wurdest ",
    "Los mensajes y las llamadas están cifrados",
    "Los mensajes y llamadas ",
    "Los mensajes en este ",
    "Los mensajes temporales ",
    "Tu código de seguridad ",
    "Cambió tu código de seguridad",
    "El código de seguridad ",
    "Se añadió ",
    "Se agregó ",
    "Les messages et les appels sont chiffrés",
    "Les messages envoyés ",
    "Les messages éphémères ",
    "Votre code de sécurité ",
    "Le code de sécurité ",
    "Vous avez ",
    "Vous êtes ",
    "I messaggi e le chiamate sono crittografati",
    "I messaggi inviati ",
    "Il tuo codice di sicurezza ",
    "Il codice di sicurezza ",
    "As mensagens e as chamadas são",
    "As mensagens e chamadas são",
    "As mensagens e ligações",
    "As mensagens temporárias ",
    "Seu código de segurança ",
    "O seu código de segurança ",
    "O código de segurança ",
    "Berichten en gesprekken worden end-to-end",
    "Berichten en oproepen worden end-to-end",
    "Uw beveiligingscode ",
    "Je beveiligingscode ",
    "Сообщения и звонки защищены",
    "Ваш код безопасности ",
    "Исчезающие сообщения ",
    "Повідомлення й дзвінки захищено",
    "Код безпеки ",
    "Wiadomości i połączenia są",
    "Wiadomości w tej ",
    "Twój kod zabezpieczeń ",
    "Zprávy a hovory jsou",
    "Bezpečnostní kód ",
    "Správy a hovory sú",
    "Az üzenetek és hívások ",
    "Mesajele și apelurile ",
    "Poruke i pozivi ",
    "Els missatges i les trucades ",
    "Meddelanden och samtal ",
    "Meldinger og samtaler ",
    "Beskeder og opkald ",
    "Viestit ja puhelut ",
    "Mesajlar ve aramalar ",
    "Pesan dan panggilan ",
    "Kode keamanan Anda ",
    "Mesej dan panggilan ",
    "Tin nhắn và cuộc gọi ",
    "Τα μηνύματα και οι κλήσεις ",
    "ההודעות והשיחות מוצפנות",
    "الرسائل والمكالمات مشفرة",
    "تغيّر رمز أمانك",
    "پیام‌ها و تماس‌ها",
    "मैसेजेस और कॉल्स ",
    "मेसेजेस आणि कॉल्स ",
    "મેસેજ અને કૉલ ",
    "মেসেজ এবং কল ",
    "ข้อความและการโทร",
    "メッセージと通話は",
    "메시지 및 전화는",
    "메시지와 통화는",
    "消息和通话都",
    "消息和通话",
    "訊息和通話",
    "訊息已受端對端加密",
];

/// How sentences end that name the person acting first.
const ENDS: &[&str] = &[
    " left",
    " joined",
    " was added",
    " was removed",
    " created this group",
    " added you",
    " removed you",
    " joined using this group's invite link",
    " joined using a group link",
    " joined using your invite",
    " joined from the community",
    " changed this group's icon",
    " changed the group icon",
    " deleted this group's icon",
    " changed the group description",
    " deleted the group description",
    " changed their phone number to a new number. Tap to message or add the new number",
    " changed their phone number. You're currently chatting with their new number. Tap to add it to your contacts",
    " changed the group settings",
    " turned off disappearing messages",
    " turned off disappearing messages. Tap to change",
    " is a contact",
    " pinned a message",
    " started a call",
    " started a video call",
    " hat die Gruppe verlassen",
    " hat die Gruppe erstellt",
    " hat dich hinzugefügt",
    " hat das Gruppenbild geändert",
    " hat die Gruppenbeschreibung geändert",
    " wurde hinzugefügt",
    " ist der Gruppe mit dem Einladungslink beigetreten",
    " ist dieser Gruppe mit dem Einladungslink beigetreten",
    " salió del grupo",
    " salió",
    " te añadió",
    " creó este grupo",
    " cambió el ícono de este grupo",
    " cambió la imagen del grupo",
    " cambió la descripción del grupo",
    " se unió usando el enlace de invitación de este grupo",
    " a quitté",
    " a quitté le groupe",
    " vous a ajouté",
    " vous a ajouté(e)",
    " a créé ce groupe",
    " a changé l'icône de ce groupe",
    " ha abbandonato",
    " ha lasciato il gruppo",
    " ti ha aggiunto",
    " saiu",
    " saiu do grupo",
    " criou este grupo",
    " mudou a imagem do grupo",
    " heeft de groep verlaten",
    " heeft je toegevoegd",
    " heeft u toegevoegd",
    " вышел(-ла)",
    " вышел(-а) из группы",
    " вышел из группы",
    " вышла из группы",
    " lämnade",
    " lämnade gruppen",
    " keluar",
    " ayrıldı",
    " opuścił(a) grupę",
    "が退出しました",
    "님이 나갔습니다",
    "离开了群组",
    "離開了群組",
];

/// Whether a supposed name holds what only a sentence of the service holds: then the colon behind it is no name's end.
pub(in super::super) fn quotes(name: &str) -> bool {
    QUOTING.iter().any(|phrase| name.contains(phrase)) || opens_a_quotation(name)
}

/// Whether a quotation is opened in it and not closed.
fn opens_a_quotation(name: &str) -> bool {
    const PAIRS: [(char, &[char]); 5] =
        [('“', &['”', '“']), ('„', &['“', '”', '"']), ('«', &['»']), ('「', &['」']), ('『', &['』'])];
    if name.matches('"').count() % 2 == 1 && !name.contains('„') {
        return true;
    }
    PAIRS.iter().any(|(open, close)| {
        name.rsplit_once(*open).is_some_and(|(before, after)| {
            // In German “ closes what „ opened.
            !(after.contains(*close) || (*open == '“' && before.contains('„')))
        })
    })
}

/// The person acting, if a supposed name may be the beginning of a sentence about two people.
/// `line` is the whole line, which says how the sentence ends.
pub(in super::super) fn acting<'a>(name: &'a str, line: &str) -> Option<&'a str> {
    let line = line.trim_end_matches(['.', '\r']);
    NAMING.iter().find_map(|(between, end)| {
        let (who, _) = name.split_once(between)?;
        line.ends_with(end).then_some(who)
    })
}

/// Whether a name is only how a language addresses whoever made the export.
pub(in super::super) fn is_you(name: &str) -> bool {
    YOU.contains(&name)
}

/// Whether a sentence with no author of its own is surely the service's.
pub(in super::super) fn begins_like_one(sentence: &str) -> bool {
    STARTS.iter().any(|start| sentence.starts_with(start))
}

/// Whether a marked line of iOS says something that only the service says.
pub(in super::super) fn is_one(sentence: &str) -> bool {
    let stripped = sentence.trim_end_matches(['.', '\u{200e}', '\u{200f}']);
    begins_like_one(sentence)
        || ENDS.iter().any(|end| stripped.ends_with(end))
        || QUOTING.iter().any(|phrase| sentence.contains(phrase))
        || NAMING.iter().any(|(between, end)| stripped.contains(between) && stripped.ends_with(end))
}
