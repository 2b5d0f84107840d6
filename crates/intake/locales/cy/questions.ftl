# The questions. A page's text carries its id; a field's, `page_field`; a choice's, `page_field_choice`.
# Parts: .hint beside the question, .body before it, .missing when it was left out.
# { $reporter } is what the person said they are: under18, parent, professional, public, group.

danger = Is a child in danger right now?
    .hint = For example: someone is hurting them, or they are on their way to meet someone who may hurt them.
danger_now_yes = Yes
danger_now_no = No
danger_now_unsure = I am not sure
danger_now =
    .missing = Choose yes if a child is in danger right now

call = Call 999 now
    .body =
        Call [emergency]. Tell them a child is in danger now. Do this before you fill in this form.

        If it is not safe to speak, call 999 and press 55 when you are asked.

        We may not read this form straight away. You can come back to it after your call.
call_done_called = I have called
call_done_carry-on = Carry on without calling

who = Who are you?
    .hint = We ask so that we show you the right questions. We do not ask for your name here.
who_you_under18 = I am under 18
who_you_parent = I am a parent or carer
who_you_professional = I work with children
who_you_public = I am a member of the public
who_you_group = I am part of a group that does checks online
who_you =
    .missing = Choose who you are

professional = Your work with children
    .body =
        Tell your safeguarding lead as well, if you can. If the worry is about them, tell the person above them or the council.

        If the law says you must report this, keep the receipt we give you at the end. It shows when you told us.
professional_role = What is your job?
    .hint = For example: teacher, coach or youth worker. You do not have to answer this.
professional_lead = Have you told your safeguarding lead?
    .missing = Choose if you have told your safeguarding lead
professional_lead_yes = Yes
professional_lead_no = No
professional_lead_about-lead = No, because the worry is about them

confronted = Has anyone met, called or named this person?
    .body = We mean the person you want to report. Please tell us what has been done, even if it went wrong. It helps to keep people safe.
confronted_met = Has anyone done this?
    .missing = Choose if anyone has met, called or named this person
confronted_met_no = No
confronted_met_planned = No, but there is a plan to
confronted_met_yes = Yes
confronted_details = When and where was this, or when will it be?
    .hint = You do not have to answer this. About will do.

posted = Has anything about this been put online?
    .body = We mean posts, videos and live streams.
posted_posted = Has anything been put online?
    .missing = Choose if anything has been put online
posted_posted_no = No
posted_posted_planned = No, but there is a plan to
posted_posted_posted = Yes, a post or a video
posted_posted_streamed = Yes, a live stream
posted_details = When was it, and where can we see it?
    .hint = Give the web address if you know it. You do not have to answer this.

decoy = Who was the “child” in the chat?
    .hint = We ask so that we know if a real child may need help.
decoy_child_adult = An adult who said they were a child
decoy_child_real = A real child
decoy_child_unsure = I am not sure
decoy_child =
    .missing = Choose who the “child” in the chat was

route = { $reporter ->
        [under18] Do you want to give your name?
       *[other] How do you want to report?
    }
    .hint = { $reporter ->
        [under18] You choose. You can give your name later if you change your mind.
       *[other] You can move from the first to the last later. You do not have to choose it now.
    }
route_route_anonymous = { $reporter ->
        [under18] No, I do not want to give my name
       *[other] Without giving my name
    }
    .hint = { $reporter ->
        [under18] We can still read what you tell us.
       *[other] The desk can use it to look into things. It can not be shown in court as it is.
    }
route_route_confidential = { $reporter ->
        [under18] Yes, and keep it as private as you can
       *[other] With a way to reach me, kept as private as the law allows
    }
    .hint = { $reporter ->
        [under18] We may have to tell someone if a person could be badly hurt.
       *[other] The desk may have to share it to stop serious harm, or if a court orders it.
    }
route_route_witness = { $reporter ->
        [under18] Yes, and the police can ask me about it
       *[other] As someone who may be a witness
    }
    .hint = { $reporter ->
        [under18] An adult you trust can be with you.
       *[other] You give your name. The police may ask you for a statement.
    }
route_route =
    .missing = Choose how you want to report

contact = How can we reach you?
    .body = You do not have to give your name. Give us at least one safe way to reach you. We will not say why we are calling to anyone else.
contact_name = Name
    .hint = You do not have to answer this.
contact_phone = Phone number
contact_email = Email address
contact_other = Another way, or the best time to reach you
    .hint = For example: only by text, after 6pm.
contact_at-least-one = Enter a phone number, an email address or another way to reach you

witness = About you
    .body = Keep everything as it is now. Do not change or delete any messages.
witness_name = Full name
    .missing = Enter your full name
witness_phone = Phone number
witness_email = Email address
witness_other = Another way, or the best time to reach you
    .hint = For example: only by text, after 6pm.
witness_statement = Would you give the police a written statement?
    .hint = It says what you saw and did. You sign it to say that it is true.
    .missing = Choose if you would give a written statement
witness_statement_yes = Yes
witness_statement_no = No
witness_statement_unsure = I am not sure
witness_device = Can you keep the phone or computer safe until the police ask for it?
    .hint = We mean the one with the messages on it. The police may need to keep it for a while.
    .missing = Choose if you can keep the phone or computer safe
witness_device_yes = Yes
witness_device_no = No
witness_device_none = There is no phone or computer
witness_at-least-one = Enter a phone number, an email address or another way to reach you

about = What is this about?
    .hint = Choose all that fit.
about_about_contact = Someone is talking to a child in a way that worries me
about_about_meet = Someone plans to meet a child
about_about_threats = Threats or blackmail
about_about_images = Nude or sexual pictures or videos of someone under 18
about_about_offline = How someone behaves around children, not online
about_about_other = Something else
about_about =
    .missing = Choose what this is about

images = Where are the pictures or videos?
    .body =
        Tell us the web address, or the app and the chat. __Do not send them to us.__ Do not look for more.

        You can also give a web address to the [iwf].
images_where =
    .missing = Tell us where the pictures or videos are

meeting = The plan to meet
    .body = Tell us only what you know now. Do not ask anyone for more. Do not go there.
meeting_when = When is it?
    .missing = Choose when the meeting is
meeting_when_today = Today
meeting_when_soon = In the next 3 days
meeting_when_later = Later than that
meeting_when_past = It has been already
meeting_when_unknown = I do not know
meeting_date = The day, if you know it
    .hint = For example, 27 11 2026. You do not have to answer this.
meeting_where = Where, if you know it
    .hint = You do not have to answer this.

threats = Threats
    .body = Tell us about now. We will ask what happened later.
threats_now = Is someone being threatened now?
    .missing = Choose if someone is being threatened now
threats_now_yes = Yes
threats_now_no = No
threats_now_unsure = I am not sure
threats_hurt = Might someone hurt themselves because of it?
    .missing = Choose if someone might hurt themselves
threats_hurt_yes = Yes
threats_hurt_no = No
threats_hurt_unsure = I am not sure

child = { $reporter ->
        [under18] Did this happen to you, or to another child?
       *[other] Is there a real child that you know of?
    }
    .hint = { $reporter ->
        [under18] None of this is your fault.
       *[other] Not an adult who said they were a child.
    }
child_real_me = To me
child_real_yes = { $reporter ->
        [under18] To another child
       *[other] Yes
    }
child_real_no = { $reporter ->
        [under18] No child was real
       *[group] No, only an adult who said they were a child
        [parent] No
        [professional] No
        [public] No
    }
child_real_unknown = I do not know
child_real =
    .missing = Choose if there is a real child

child-about = { $reporter ->
        [under18] About you, or the other child
       *[other] About the child
    }
    .body = { $reporter ->
        [under18] You do not have to tell us everything. Leave out what you do not want to say.
       *[other] Tell us only what you know already. Do not ask the child for more.
    }
child-about_name = First name or initials
    .hint = You do not have to answer this.
child-about_age = Age
    .missing = Choose an age
child-about_age_age0to4 = Under 5
child-about_age_age5to10 = 5 to 10
child-about_age_age11to12 = 11 or 12
child-about_age_age13to15 = 13 to 15
child-about_age_age16to17 = 16 or 17
child-about_age_unknown = I do not know
child-about_area = Town, or name of the school
    .hint = You do not have to answer this.
child-about_link = How does the child know this person?
    .hint = For example: only online, or from a club. You do not have to answer this.
child-about_contact = Are they still in contact with each other?
    .missing = Choose if they are still in contact
child-about_contact_yes = Yes
child-about_contact_no = No
child-about_contact_unknown = I do not know
child-about_safe = { $reporter ->
        [under18] Do you think the child is safe now? If it is you: do you feel safe?
       *[other] Do you think the child is safe now?
    }
    .missing = Choose if the child is safe now
child-about_safe_yes = Yes
child-about_safe_no = No
child-about_safe_unsure = I am not sure

accounts = The accounts used
    .body = Fill in what you know, and leave the rest empty. If no account was used, go on. An account may not belong to the person it seems to belong to.
accounts_accounts = Accounts
    .entry = Account
    .add = Add another account
    .remove = Remove account
accounts_accounts_platform = App, game or website
accounts_accounts_handle = User name
accounts_accounts_shown-name = Name shown on the account
accounts_accounts_link = Web address of the account
accounts_accounts_contact = Phone number or email address of the account

person = Do you think you know who it is?
    .hint = We mean the person you want to report. Do not try to find out.
person_known_yes = Yes
person_known_no = No
person_known =
    .missing = Choose if you think you know who it is

person-about = The person reported
    .body = You may be wrong about who it is, and that is all right. Tell us what you know and how you know it. Someone will check.
person-about_name = Name
    .missing = Enter a name, or go back and choose no
person-about_age = Age, or about how old
    .hint = You do not have to answer this.
person-about_area = Where they live or work
    .hint = You do not have to answer this.
person-about_children = Do they work with children, or help out with them?
    .hint = For example: in a school, a club or a place of worship.
    .missing = Choose if they work with children
person-about_children_yes = Yes
person-about_children_no = No
person-about_children_unknown = I do not know
person-about_how = How do you know that the account is theirs?
    .hint = Choose all that fit.
    .missing = Choose how you know that the account is theirs
person-about_how_said = They said so
person-about_how_saw = I saw them use it
person-about_how_photo = The photo looks like them
person-about_how_phone = The phone number is theirs
person-about_how_told = Someone else told me
person-about_how_other = Another way
person-about_how_unsure = I do not know if it is theirs
person-about_how-more = Tell us more about how you know
    .hint = You do not have to answer this.

describe = How could someone find this person or this chat?
    .hint = For example: the app, the name of the game, the club or the place.
describe_text =
    .missing = Tell us how someone could find this person or this chat

what = What happened?
    .body =
        Use your own words. You do not have to say anything about sexual things. It helps to say:

        - how it began
        - what was said about age, and when
        - what happened last
what_story = What happened?
    .missing = Tell us what happened
what_first = When did it begin?
    .hint = About will do. For example: last Monday, or in March.
what_age-said = What was said about age?
    .hint = Use the words that were used, if you can. You do not have to answer this.
what_last = When did you last see or hear anything?
    .hint = About will do. If you give a time, say in which country.

have = What do you have?
    .hint = Choose all that fit. Tell us what you have now. Do not go and get more.
have_have_messages = Messages or a chat log
have_have_screenshots = Screenshots of messages
have_have_video = A video of a meeting
have_have_addresses = Web addresses
have_have_device = A phone or computer with messages on it
have_have_nothing = Nothing
have_have =
    .missing = Choose what you have

have-about = About what you have
have-about_addresses = Web addresses
    .hint = One on each line. Do not open them again to check.
have-about_complete = Is it all there, just as it was?
    .hint = Choose no if something is missing, cut or changed.
    .missing = Choose if it is all there
have-about_complete_yes = Yes
have-about_complete_no = No
have-about_complete_unsure = I am not sure
have-about_missing = What is missing or changed?
    .hint = You do not have to answer this.
have-about_copies = Who else has a copy?
    .hint = You do not have to answer this.

upload-law = Before you add files: the law
    .body =
        __Do not send, copy, screenshot or save any nude or sexual picture or video of someone who is or may be under 18.__ It can be a crime, even if you mean to help.

        If someone has sent you one:

        - leave it where it is
        - do not send it on
        - keep the phone or computer charged and switched on
        - tell us only that it is there, and where
upload-law_images = Do any of your files show this?
    .missing = Choose if any of your files show this
upload-law_images_no = No, none of them
upload-law_images_yes = Yes, some of them
upload-law_images_unsure = I am not sure

files = Add files

held = Where are these files?
    .hint = For example: in the chat on my phone. Leave them there. Do not send them to us.
held_where =
    .missing = Tell us where these files are

told = Who have you told?
    .hint = Choose all that fit.
told_told_police = The police
told_told_ceop = CEOP
told_told_platform = The app, game or website
told_told_school = A school
told_told_social-care = Social services
told_told_group = A group that does checks online
told_told_social-media = I or someone else put it online for all to see
told_told_nobody = Nobody
told_told = Who have you told?
    .missing = Choose who you have told
told_reference = If they gave you a number, enter it here
    .hint = You do not have to answer this.

public = What has been put online?
    .body = Please do not share it any more. The wrong person may get hurt. A trial may fail.
public_where = Where is it?
    .hint = Give the web address, one on each line.
    .missing = Tell us where it is
public_up = Can people still see it?
    .missing = Choose if people can still see it
public_up_yes = Yes
public_up_no = No
public_up_unsure = I am not sure

check = Check your answers

declaration = Before you send this
    .body =
        By sending this you tell us that:

        - it is true, as far as you know
        - you will not go and meet, call, film or name the person reported
        - you will not carry on the chat to get more

        To report something that you know is not true may be a crime.
declaration_agree_true = I agree with this
declaration_agree =
    .missing = Tick the box to show that you agree
