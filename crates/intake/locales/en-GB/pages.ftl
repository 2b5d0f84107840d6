# What every page says, and the pages around the questionnaire. The code names each of these.

service-name = Safehand
skip-link = Skip to main content
exit-hidden = Emergency
exit = Exit this page
exit-pressed = Exiting page
exit-two-more = Shift or Escape, press 2 more times to exit.
exit-one-more = Shift or Escape, press 1 more time to exit.
exit-timed-out = Exit this page expired.
back = Back
continue = Continue
change = Change
language-label = Language
unreviewed = This page has not been checked by a translator yet.
route-tag = How this page works
route-device = Your answers are locked on this device before they are sent. Only the desk can open them.
route-server = You are using this page without JavaScript. Our server locks your answers when they arrive. It can read them, in memory only, while it does so.
route-server-more = To have them locked on your own device, turn on JavaScript and start again.
keep-draft = Take your time. You can send this page until { $time }. Each time you continue, you get { $hours } more hours.
keep-dialogue = Take your time. You can use this page until { $time }. After that, your seven words open it again.
help-title = If you need help now
help-checked = These numbers were checked on { $day }.
service-phone = { $name } on { $phone }
footer-print = You can print this page. Keep the paper where only you can find it.

error-prefix = Error: { $title }
error-word = Error:
error-title = There is a problem
error-missing-choice = Choose an answer
error-missing-text = Enter something for “{ $label }”
error-too-long = “{ $label }” can have { $limit } characters. You have { $over } too many.
error-not-one = Choose one answer to “{ $label }”
error-not-offered = Choose one of the answers shown for “{ $label }”
error-unreadable = Some of “{ $label }” could not be read. It is shown as �. Type it again, or take it out.
error-stray = A part of this page did not arrive as you sent it. Check your answers here.
error-not-alone = Choose what fits, or choose the last answer on its own
error-not-a-day = Enter a day that exists, like 27 11 2026, or leave it empty
error-too-many = You can list { $max } here and there are { $count }. Remove { $surplus }, or put the rest in the box “What happened?” later. Nothing you typed has been lost.

date-day = Day
date-month = Month
date-year = Year
text-limit = You can enter up to { $limit } characters
text-left =
    { $count ->
        [one] You have { $number } character left
       *[other] You have { $number } characters left
    }
text-over =
    { $count ->
        [one] You have { $number } character too many
       *[other] You have { $number } characters too many
    }
optional-or = or

check-lead = Nothing has been sent yet. You can change any answer.
check-go = Continue
check-empty = Not answered
check-files = Files
check-files-none = No files
send = Send the report

files-lead = You can add files that you have already. Do not go and get more. If you have no files here, go on.
files-anonymous = A file can show who you are: in its name, in the picture, or hidden inside it. We change nothing in it by ourselves, because a changed file is weaker as evidence.
files-law = Do not add any nude or sexual picture or video of someone who is or may be under 18.
files-label = Choose files
files-hint = Each file can be up to { $size }.
files-folder = Or choose a whole folder
files-all = All files
files-all-label = How much of all files has been sent
files-upload = Add these files
files-list = Files added so far
files-none = No files have been added.
files-remove = Remove
files-sha256 = SHA-256
files-pause = Pause
files-resume = Go on
files-cancel = Cancel
files-status-waiting = Waiting
files-status-sending = Locking and sending
files-status-paused = Paused
files-status-done = Added
files-status-failed = Not added. Check your connection and try again.
files-status-no-room = Not added: there is no room for it today. Send your report without it, and add it tomorrow with your seven words.
files-progress-label = How much of the file has been sent
files-progress = { $sent } of { $total } ({ $percent }%)
files-progress-speed = { $speed } a second
files-progress-left = about { $time } left
files-say = { $name }: { $what }
files-reveals = This file can tell people who you are. Hidden inside it is:
files-reveals-hint = We can take this out before we lock the file. It will then be weaker as evidence.
files-reveals-hint-as-is = This page can not take it out of this kind of file.
files-reveals-failed = This device could not take it out.
files-reveals-clean = Take it out and add the file
files-reveals-keep = Add it as it is
files-reveals-drop = Do not add it
files-reveals-all = Do the same with all of them
files-reveals-clean-all = Take it out of all
files-reveals-keep-all = Add all as they are
files-reveal-place = where it was made: { $value }
files-reveal-device = what it was made with: { $value }
files-reveal-serial = the number of one camera or phone: { $value }
files-reveal-name = a name: { $value }
files-reveal-time = a time: { $value }
files-reveal-program = a program: { $value }
files-reveal-preview = a small picture of how it looked before: { $value }
files-reveal-identifier = a number that other files of yours may share: { $value }
files-error-too-large = “{ $name }” is larger than { $size }
files-error-empty = “{ $name }” is empty
files-error-encrypted = “{ $name }” is locked with a password, so no one here could open it. Add it again without the password.
files-error-type = “{ $name }” is not a kind of file that this desk takes
files-error-too-many = You can add { $max } files. “{ $name }” was not added.
files-error-failed = “{ $name }” could not be added. Try again.
files-error-no-room = There is no room for “{ $name }” today. Send your report without it, and add it tomorrow with your seven words.
files-error-none = Choose a file first

home-title = Report a worry about a child
home-lead =
    Tell us if you are worried that someone may harm a child, online or not. You do not need to be sure. You do not have to give your name.

    You need about 10 minutes. Do not wait until you have more.
home-danger = If a child is in danger now, call [emergency].
home-desks = Who do you want to tell?
home-back = Have you sent a report?
home-return = I have seven words
home-return-hint = Come back to a report to read replies or to add something.
desk-police = Police. It can take files.
desk-charity = A charity. It can not take files. It passes on to the police what they need to know.
start-title = Report to { $desk }
start-lead =
    We will ask you about 10 things, one on each page. You can leave out most of them.

    At the end you get seven words. With them you can come back to read replies. Without them no one can, not even us.
start-charity = This desk can not take files. Keep them safe.
start-go = Start now
start-noscript = You can fill in this form without JavaScript. Each page says until when you can send it.

receipt-title = Report received
receipt-words-title = Your seven words
receipt-words-lead = Write these words down on paper, in this order. They are the only way back to your report. We can not show them again.
receipt-received = Received on { $time }
receipt-files = What we received
receipt-files-none = Your answers. There were no files.
receipt-files-lead = Your answers, and the files below. The long number belongs to the file alone. Only you and the desk can see it.
receipt-next = What happens next
receipt-next-list =
    - Someone at { $desk } will read it.
    - They decide what to do. They may not be able to tell you what it is.
    - Come back with your seven words to see if they have asked you something.
    - Please do not meet, call, film or name anyone. Do not go and get more.

    Everyone who sends a report sees this same page.
receipt-print = Print this page
receipt-save = Save it as a text file on this device
receipt-confirm-title = Have you written the words down?
receipt-confirm-hint = Type two of them, or tick the box.
receipt-word = Word number { $number }
receipt-written = I have written it down
receipt-go = Continue
receipt-error-neither = Type the two words, or tick the box to say that you have written them down
receipt-error-wrong = Word number { $number } is not “{ $typed }”. Look at the list and try again.
done-title = You can close this page now
done-lead = Your words are not shown any more. To read replies, open this site again and choose “I have seven words”.
done-home = Go to the first page

log-title = Proof that we have it
log-entry = Your report is entry { $entry } in our log. If anyone took it out or changed it, the proof would show it.
log-witnesses =
    { $count ->
        [0] No outside organisation has signed for it yet.
        [one] One outside organisation has signed for it.
       *[other] { $number } outside organisations have signed for it.
    }
log-checked = This page has checked it on your device.
log-unchecked = We have your report. But this page could not check the proof. Save the proof file and keep it.
log-file = You can save the proof as a small text file. It does not say what you told us. With your seven words and the files you sent, it can show later that this is what we got. Save it only where no one else will look.
log-save = Save the proof file
log-failed = We could not make the file just now. Please try again, or come back later with your words.

return-title = Enter your seven words
return-hint = Put a space between them. Capital letters do not matter.
return-go = Open my report
return-error-empty = Enter your seven words
return-error-count = There must be seven words. You have entered { $count }.
return-error-word = Word number { $number }, “{ $word }”, is not one of our words
return-error-suggest = Did you mean { $suggestions }?
return-error-or = { $first } or { $second }
return-error-unknown = We have no report with these words. Check each word and the order.
return-lost = If you have lost your words, no one can open the report for you. You can send a new one.

dialogue-title = Your report
dialogue-received = Received on { $time }
dialogue-state-new = It has not been opened yet.
dialogue-state-open = Someone is looking at it.
dialogue-state-closed = It has been closed. You can still write.
dialogue-messages = Messages
dialogue-no-messages = There are no messages yet.
dialogue-from-desk = From { $desk }
dialogue-from-you = From you
dialogue-reply = Write to { $desk }
dialogue-reply-hint = Tell them only what you know or have already. Do not go and get more.
dialogue-send = Send
dialogue-sent = Your message has been sent.
dialogue-sent-files =
    { $count ->
        [one] Your file has been sent.
       *[other] Your files have been sent.
    }
dialogue-sent-both = Your message and your files have been sent.
dialogue-sent-wish = Your wish has been sent.
dialogue-files = Add files
dialogue-files-ready = Files that are not sent yet
dialogue-files-send = Send these files
dialogue-files-sent = Files you have sent on this visit
dialogue-files-unsent = You have files that are not sent yet. Send them or remove them first.
dialogue-no-files = This desk can not take files. Keep them safe, and tell us that you have them.
dialogue-witness-title = Give your name
dialogue-witness-lead = You can become someone who may be a witness. You can not take this back. The police may ask you for a statement.
dialogue-witness-name = Full name
dialogue-witness-contact = How we can reach you
dialogue-witness-go = Give my name
dialogue-witness-done = You have given your name.
dialogue-witness-error-name = Enter your full name
dialogue-witness-error-contact = Enter a way to reach you
dialogue-withdraw-title = Stop contact
dialogue-withdraw-lead = You can ask us not to contact you outside this page. What you have told us stays with the desk.
dialogue-withdraw-go = Do not contact me
dialogue-withdraw-done = You have asked us not to contact you.
dialogue-error-empty = Write a message first
dialogue-not-sent = We could not send this just now. Nothing has been lost. Please try again.
dialogue-leave = I have finished

expired-title = This page has been open for a long time
expired-lead = To keep you safe, a report that is not finished is only kept for a few hours. Nothing has been sent. What you typed on the last page is below. You can copy it and start again.
expired-typed = What you typed
expired-typed-none = You had not typed anything on this page.
expired-kept-lead = You have not sent your report yet, and this page has been open for a long time. Nothing you typed has been lost. You can go on from here.
expired-kept-go = Go on with my report
expired-words = You can open your report again with your seven words. Copy what you typed first, if you want to send it.
expired-words-go = Enter my seven words
expired-go = Start again

trouble-not-found-title = Page not found
trouble-not-found = There is no such page. If you typed the address, check it.
trouble-too-large-title = That is too much at once
trouble-too-large = What was sent is larger than we can take at once. Send less text, or fewer or smaller files.
trouble-too-large-kept = There was more text on your last page than we can take at once, so that page was not kept. Your answers before it are still here.
trouble-damaged-title = The page did not arrive whole
trouble-damaged = What you sent broke off on its way. Nothing of it has been sent to the desk. Go back to your page and try again.
trouble-busy-title = Too many people are here now
trouble-busy = Please wait a minute and try again. Nothing you typed has been lost.
trouble-not-sent-title = Your report was not sent
trouble-not-sent = We could not take your report just now. Nothing you typed has been lost. Please try again.
trouble-failed-title = Sorry, something went wrong
trouble-failed = Please try again. If it is urgent, use one of the numbers on this page.
trouble-retry = Try again
trouble-home = Go to the first page

safety-title = Stay safe on this device
safety-body =
    You have left your report. What you had typed is gone, and nothing has been sent.

    This site keeps nothing on your phone or computer. But your browser may list that you came here. To hide that:

    - clear this page from your history
    - next time, use a private window
    - if someone checks your phone or computer, use one that they can not reach
safety-home = Go back to the first page

# How numbers are written: what groups thousands, and what stands before a part of one.
number-group = ,
number-decimal = .
size-bytes =
    { $count ->
        [one] { $number } byte
       *[other] { $number } bytes
    }
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
size-tb = { $number } TB
span-seconds =
    { $count ->
        [one] { $number } second
       *[other] { $number } seconds
    }
span-minutes =
    { $count ->
        [one] { $number } minute
       *[other] { $number } minutes
    }
span-hours =
    { $count ->
        [one] { $number } hour
       *[other] { $number } hours
    }
span-both = { $hours } { $minutes }

time-long = { $day } { $month } { $year } at { $hour }:{ $minute } (UTC)
day-long = { $day } { $month } { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
