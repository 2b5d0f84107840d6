# Welsh, not reviewed by a translator yet. Every page in Welsh says so.

danger = A oes plentyn mewn perygl ar hyn o bryd?
    .hint = Er enghraifft: mae rhywun yn ei frifo, neu mae ar ei ffordd i gwrdd â rhywun a all ei frifo.
danger_now_yes = Oes
danger_now_no = Nac oes
danger_now_unsure = Dydw i ddim yn siŵr
danger_now =
    .missing = Dewiswch oes os oes plentyn mewn perygl ar hyn o bryd

call = Ffoniwch 999 nawr
    .body =
        Ffoniwch [emergency]. Dywedwch fod plentyn mewn perygl nawr. Gwnewch hyn cyn llenwi’r ffurflen hon.

        Os nad yw’n ddiogel siarad, ffoniwch 999 a phwyswch 55 pan ofynnir i chi.

        Efallai na fyddwn yn darllen y ffurflen hon ar unwaith. Gallwch ddod yn ôl ati ar ôl eich galwad.
call_done_called = Rwyf wedi ffonio
call_done_carry-on = Mynd ymlaen heb ffonio

who = Pwy ydych chi?
    .hint = Rydym yn gofyn er mwyn dangos y cwestiynau cywir i chi. Dydyn ni ddim yn gofyn am eich enw yma.
who_you_under18 = Rwyf o dan 18 oed
who_you_parent = Rwy’n rhiant neu’n ofalwr
who_you_professional = Rwy’n gweithio gyda phlant
who_you_public = Rwy’n aelod o’r cyhoedd
who_you_group = Rwy’n rhan o grŵp sy’n gwirio pobl ar-lein
who_you =
    .missing = Dewiswch pwy ydych chi

professional = Eich gwaith gyda phlant
    .body =
        Dywedwch wrth eich arweinydd diogelu hefyd, os gallwch. Os yw’r pryder amdano ef neu hi, dywedwch wrth y person uwch ei ben neu wrth y cyngor.

        Os yw’r gyfraith yn dweud bod rhaid i chi adrodd hyn, cadwch y dderbynneb a gewch ar y diwedd. Mae’n dangos pryd y dywedoch wrthym.
professional_role = Beth yw eich swydd?
    .hint = Er enghraifft: athro, hyfforddwr neu weithiwr ieuenctid. Does dim rhaid ateb hyn.
professional_lead = Ydych chi wedi dweud wrth eich arweinydd diogelu?
    .missing = Dewiswch a ydych wedi dweud wrth eich arweinydd diogelu
professional_lead_yes = Ydw
professional_lead_no = Nac ydw
professional_lead_about-lead = Nac ydw, am fod y pryder amdano ef neu hi

confronted = A oes unrhyw un wedi cwrdd â’r person hwn, ei ffonio neu ei enwi?
    .body = Y person rydych am adrodd amdano yw hwn. Dywedwch beth sydd wedi’i wneud, hyd yn oed os aeth o’i le. Mae’n helpu i gadw pobl yn ddiogel.
confronted_met = A oes rhywun wedi gwneud hyn?
    .missing = Dewiswch a oes rhywun wedi cwrdd â’r person hwn, ei ffonio neu ei enwi
confronted_met_no = Nac oes
confronted_met_planned = Nac oes, ond mae cynllun i wneud
confronted_met_yes = Oes
confronted_details = Pryd a ble oedd hyn, neu pryd y bydd?
    .hint = Does dim rhaid ateb hyn. Mae syniad bras yn iawn.

posted = A oes unrhyw beth am hyn wedi’i roi ar-lein?
    .body = Negeseuon cyhoeddus, fideos a ffrydiau byw yw’r rhain.
posted_posted = A oes rhywbeth wedi’i roi ar-lein?
    .missing = Dewiswch a oes rhywbeth wedi’i roi ar-lein
posted_posted_no = Nac oes
posted_posted_planned = Nac oes, ond mae cynllun i wneud
posted_posted_posted = Oes, neges neu fideo
posted_posted_streamed = Oes, ffrwd fyw
posted_details = Pryd oedd hyn, a ble gallwn ei weld?
    .hint = Rhowch y cyfeiriad gwe os ydych yn ei wybod. Does dim rhaid ateb hyn.

decoy = Pwy oedd y “plentyn” yn y sgwrs?
    .hint = Rydym yn gofyn er mwyn gwybod a all fod angen help ar blentyn go iawn.
decoy_child_adult = Oedolyn a ddywedodd ei fod yn blentyn
decoy_child_real = Plentyn go iawn
decoy_child_unsure = Dydw i ddim yn siŵr
decoy_child =
    .missing = Dewiswch pwy oedd y “plentyn” yn y sgwrs

route = { $reporter ->
        [under18] Ydych chi am roi eich enw?
       *[other] Sut ydych chi am adrodd?
    }
    .hint = { $reporter ->
        [under18] Chi sy’n dewis. Gallwch roi eich enw yn nes ymlaen os newidiwch eich meddwl.
       *[other] Gallwch symud o’r cyntaf i’r olaf yn nes ymlaen. Does dim rhaid dewis hynny nawr.
    }
route_route_anonymous = { $reporter ->
        [under18] Na, dydw i ddim am roi fy enw
       *[other] Heb roi fy enw
    }
    .hint = { $reporter ->
        [under18] Gallwn ddarllen yr hyn a ddywedwch wrthym o hyd.
       *[other] Gall y ddesg ei ddefnyddio i edrych i mewn i bethau. Ni ellir ei ddangos mewn llys fel y mae.
    }
route_route_confidential = { $reporter ->
        [under18] Ydw, a chadwch ef mor breifat ag y gallwch
       *[other] Gyda ffordd i gysylltu â mi, mor breifat ag y mae’r gyfraith yn ei ganiatáu
    }
    .hint = { $reporter ->
        [under18] Efallai y bydd rhaid i ni ddweud wrth rywun os gallai person gael niwed mawr.
       *[other] Efallai y bydd rhaid i’r ddesg ei rannu i atal niwed difrifol, neu os yw llys yn gorchymyn hynny.
    }
route_route_witness = { $reporter ->
        [under18] Ydw, a gall yr heddlu ofyn i mi amdano
       *[other] Fel rhywun a all fod yn dyst
    }
    .hint = { $reporter ->
        [under18] Gall oedolyn rydych yn ymddiried ynddo fod gyda chi.
       *[other] Rydych yn rhoi eich enw. Gall yr heddlu ofyn i chi am ddatganiad.
    }
route_route =
    .missing = Dewiswch sut rydych am adrodd

contact = Sut gallwn gysylltu â chi?
    .body = Does dim rhaid rhoi eich enw. Rhowch o leiaf un ffordd ddiogel i gysylltu â chi. Ni fyddwn yn dweud pam rydym yn galw wrth neb arall.
contact_name = Enw
    .hint = Does dim rhaid ateb hyn.
contact_phone = Rhif ffôn
contact_email = Cyfeiriad e-bost
contact_other = Ffordd arall, neu’r amser gorau i gysylltu â chi
    .hint = Er enghraifft: dim ond drwy neges destun, ar ôl 6pm.
contact_at-least-one = Rhowch rif ffôn, cyfeiriad e-bost neu ffordd arall i gysylltu â chi

witness = Amdanoch chi
    .body = Cadwch bopeth fel y mae nawr. Peidiwch â newid na dileu unrhyw negeseuon.
witness_name = Enw llawn
    .missing = Rhowch eich enw llawn
witness_phone = Rhif ffôn
witness_email = Cyfeiriad e-bost
witness_other = Ffordd arall, neu’r amser gorau i gysylltu â chi
    .hint = Er enghraifft: dim ond drwy neges destun, ar ôl 6pm.
witness_statement = A fyddech yn rhoi datganiad ysgrifenedig i’r heddlu?
    .hint = Mae’n dweud beth a welsoch ac a wnaethoch. Rydych yn ei lofnodi i ddweud ei fod yn wir.
    .missing = Dewiswch a fyddech yn rhoi datganiad ysgrifenedig
witness_statement_yes = Byddwn
witness_statement_no = Na fyddwn
witness_statement_unsure = Dydw i ddim yn siŵr
witness_device = Allwch chi gadw’r ffôn neu’r cyfrifiadur yn ddiogel nes bod yr heddlu’n gofyn amdano?
    .hint = Yr un sydd â’r negeseuon arno. Efallai y bydd angen i’r heddlu ei gadw am gyfnod.
    .missing = Dewiswch a allwch gadw’r ffôn neu’r cyfrifiadur yn ddiogel
witness_device_yes = Gallaf
witness_device_no = Na allaf
witness_device_none = Does dim ffôn na chyfrifiadur
witness_at-least-one = Rhowch rif ffôn, cyfeiriad e-bost neu ffordd arall i gysylltu â chi

about = Am beth mae hyn?
    .hint = Dewiswch bob un sy’n ffitio.
about_about_contact = Mae rhywun yn siarad â phlentyn mewn ffordd sy’n fy mhoeni
about_about_meet = Mae rhywun yn bwriadu cwrdd â phlentyn
about_about_threats = Bygythiadau neu flacmel
about_about_images = Lluniau neu fideos noeth neu rywiol o rywun o dan 18 oed
about_about_offline = Sut mae rhywun yn ymddwyn o gwmpas plant, nid ar-lein
about_about_other = Rhywbeth arall
about_about =
    .missing = Dewiswch am beth mae hyn

images = Ble mae’r lluniau neu’r fideos?
    .body =
        Dywedwch y cyfeiriad gwe wrthym, neu’r ap a’r sgwrs. __Peidiwch â’u hanfon atom.__ Peidiwch â chwilio am ragor.

        Gallwch roi cyfeiriad gwe i’r [iwf] hefyd.
images_where =
    .missing = Dywedwch wrthym ble mae’r lluniau neu’r fideos

meeting = Y cynllun i gwrdd
    .body = Dywedwch dim ond yr hyn rydych yn ei wybod nawr. Peidiwch â gofyn i neb am ragor. Peidiwch â mynd yno.
meeting_when = Pryd mae e?
    .missing = Dewiswch pryd mae’r cyfarfod
meeting_when_today = Heddiw
meeting_when_soon = Yn y 3 diwrnod nesaf
meeting_when_later = Yn hwyrach na hynny
meeting_when_past = Mae wedi bod yn barod
meeting_when_unknown = Dydw i ddim yn gwybod
meeting_date = Y diwrnod, os ydych yn ei wybod
    .hint = Er enghraifft, 27 11 2026. Does dim rhaid ateb hyn.
meeting_where = Ble, os ydych yn gwybod
    .hint = Does dim rhaid ateb hyn.

threats = Bygythiadau
    .body = Dywedwch wrthym am nawr. Byddwn yn gofyn beth ddigwyddodd yn nes ymlaen.
threats_now = A oes rhywun yn cael ei fygwth nawr?
    .missing = Dewiswch a oes rhywun yn cael ei fygwth nawr
threats_now_yes = Oes
threats_now_no = Nac oes
threats_now_unsure = Dydw i ddim yn siŵr
threats_hurt = A allai rhywun niweidio ei hun oherwydd hyn?
    .missing = Dewiswch a allai rhywun niweidio ei hun
threats_hurt_yes = Gallai
threats_hurt_no = Na allai
threats_hurt_unsure = Dydw i ddim yn siŵr

child = { $reporter ->
        [under18] A ddigwyddodd hyn i chi, neu i blentyn arall?
       *[other] A oes plentyn go iawn rydych yn gwybod amdano?
    }
    .hint = { $reporter ->
        [under18] Does dim o hyn yn fai arnoch chi.
       *[other] Nid oedolyn a ddywedodd ei fod yn blentyn.
    }
child_real_me = I mi
child_real_yes = { $reporter ->
        [under18] I blentyn arall
       *[other] Oes
    }
child_real_no = { $reporter ->
        [under18] Doedd dim plentyn go iawn
       *[group] Nac oes, dim ond oedolyn a ddywedodd ei fod yn blentyn
        [parent] Nac oes
        [professional] Nac oes
        [public] Nac oes
    }
child_real_unknown = Dydw i ddim yn gwybod
child_real =
    .missing = Dewiswch a oes plentyn go iawn

child-about = { $reporter ->
        [under18] Amdanoch chi, neu’r plentyn arall
       *[other] Am y plentyn
    }
    .body = { $reporter ->
        [under18] Does dim rhaid dweud popeth wrthym. Gadewch allan yr hyn nad ydych am ei ddweud.
       *[other] Dywedwch dim ond yr hyn rydych yn ei wybod yn barod. Peidiwch â gofyn i’r plentyn am ragor.
    }
child-about_name = Enw cyntaf neu lythrennau cyntaf
    .hint = Does dim rhaid ateb hyn.
child-about_age = Oed
    .missing = Dewiswch oed
child-about_age_age0to4 = O dan 5
child-about_age_age5to10 = 5 i 10
child-about_age_age11to12 = 11 neu 12
child-about_age_age13to15 = 13 i 15
child-about_age_age16to17 = 16 i 17
child-about_age_unknown = Dydw i ddim yn gwybod
child-about_area = Tref, neu enw’r ysgol
    .hint = Does dim rhaid ateb hyn.
child-about_link = Sut mae’r plentyn yn adnabod y person hwn?
    .hint = Er enghraifft: dim ond ar-lein, neu o glwb. Does dim rhaid ateb hyn.
child-about_contact = Ydyn nhw’n dal mewn cysylltiad â’i gilydd?
    .missing = Dewiswch a ydyn nhw’n dal mewn cysylltiad
child-about_contact_yes = Ydyn
child-about_contact_no = Nac ydyn
child-about_contact_unknown = Dydw i ddim yn gwybod
child-about_safe = { $reporter ->
        [under18] Ydych chi’n meddwl bod y plentyn yn ddiogel nawr? Os chi yw’r plentyn: ydych chi’n teimlo’n ddiogel?
       *[other] Ydych chi’n meddwl bod y plentyn yn ddiogel nawr?
    }
    .missing = Dewiswch a yw’r plentyn yn ddiogel nawr
child-about_safe_yes = Ydw
child-about_safe_no = Nac ydw
child-about_safe_unsure = Dydw i ddim yn siŵr

accounts = Y cyfrifon a ddefnyddiwyd
    .body = Llenwch yr hyn rydych yn ei wybod, a gadewch y gweddill yn wag. Os na ddefnyddiwyd cyfrif, ewch ymlaen. Efallai nad yw cyfrif yn perthyn i’r person y mae’n ymddangos ei fod yn perthyn iddo.
accounts_accounts = Cyfrifon
    .entry = Cyfrif
    .add = Ychwanegu cyfrif arall
    .remove = Tynnu cyfrif
accounts_accounts_platform = Ap, gêm neu wefan
accounts_accounts_handle = Enw defnyddiwr
accounts_accounts_shown-name = Enw a ddangosir ar y cyfrif
accounts_accounts_link = Cyfeiriad gwe’r cyfrif
accounts_accounts_contact = Rhif ffôn neu gyfeiriad e-bost y cyfrif

person = Ydych chi’n meddwl eich bod yn gwybod pwy ydyw?
    .hint = Y person rydych am adrodd amdano yw hwn. Peidiwch â cheisio darganfod.
person_known_yes = Ydw
person_known_no = Nac ydw
person_known =
    .missing = Dewiswch a ydych yn meddwl eich bod yn gwybod pwy ydyw

person-about = Y person yr adroddir amdano
    .body = Efallai eich bod yn anghywir am bwy ydyw, ac mae hynny’n iawn. Dywedwch beth rydych yn ei wybod a sut rydych yn ei wybod. Bydd rhywun yn gwirio.
person-about_name = Enw
    .missing = Rhowch enw, neu ewch yn ôl a dewiswch nac ydw
person-about_age = Oed, neu tua faint oed
    .hint = Does dim rhaid ateb hyn.
person-about_area = Ble mae’n byw neu’n gweithio
    .hint = Does dim rhaid ateb hyn.
person-about_children = Ydy’r person yn gweithio gyda phlant, neu’n helpu gyda nhw?
    .hint = Er enghraifft: mewn ysgol, clwb neu addoldy.
    .missing = Dewiswch a yw’r person yn gweithio gyda phlant
person-about_children_yes = Ydy
person-about_children_no = Nac ydy
person-about_children_unknown = Dydw i ddim yn gwybod
person-about_how = Sut ydych chi’n gwybod mai ei gyfrif ef neu hi ydyw?
    .hint = Dewiswch bob un sy’n ffitio.
    .missing = Dewiswch sut rydych yn gwybod mai ei gyfrif ef neu hi ydyw
person-about_how_said = Dywedodd hynny
person-about_how_saw = Gwelais y person yn ei ddefnyddio
person-about_how_photo = Mae’r llun yn edrych yn debyg
person-about_how_phone = Ei rif ffôn ef neu hi ydyw
person-about_how_told = Dywedodd rhywun arall wrthyf
person-about_how_other = Ffordd arall
person-about_how_unsure = Dydw i ddim yn gwybod ai ei gyfrif ef neu hi ydyw
person-about_how-more = Dywedwch ragor am sut rydych yn gwybod
    .hint = Does dim rhaid ateb hyn.

describe = Sut gallai rhywun ddod o hyd i’r person neu’r sgwrs?
    .hint = Er enghraifft: yr ap, enw’r gêm, y clwb neu’r lle.
describe_text =
    .missing = Dywedwch sut gallai rhywun ddod o hyd i’r person neu’r sgwrs

what = Beth ddigwyddodd?
    .body =
        Defnyddiwch eich geiriau eich hun. Does dim rhaid dweud dim am bethau rhywiol. Mae’n helpu i ddweud:

        - sut y dechreuodd
        - beth a ddywedwyd am oed, a phryd
        - beth ddigwyddodd ddiwethaf
what_story = Beth ddigwyddodd?
    .missing = Dywedwch wrthym beth ddigwyddodd
what_first = Pryd y dechreuodd?
    .hint = Mae syniad bras yn iawn. Er enghraifft: dydd Llun diwethaf, neu ym mis Mawrth.
what_age-said = Beth a ddywedwyd am oed?
    .hint = Defnyddiwch y geiriau a ddefnyddiwyd, os gallwch. Does dim rhaid ateb hyn.
what_last = Pryd y gwelsoch neu y clywsoch rywbeth ddiwethaf?
    .hint = Mae syniad bras yn iawn. Os rhowch amser, dywedwch ym mha wlad.

have = Beth sydd gennych?
    .hint = Dewiswch bob un sy’n ffitio. Dywedwch beth sydd gennych nawr. Peidiwch â mynd i gael rhagor.
have_have_messages = Negeseuon neu gofnod sgwrs
have_have_screenshots = Sgrinluniau o negeseuon
have_have_video = Fideo o gyfarfod
have_have_addresses = Cyfeiriadau gwe
have_have_device = Ffôn neu gyfrifiadur â negeseuon arno
have_have_nothing = Dim byd
have_have =
    .missing = Dewiswch beth sydd gennych

have-about = Am yr hyn sydd gennych
have-about_addresses = Cyfeiriadau gwe
    .hint = Un ar bob llinell. Peidiwch â’u hagor eto i wirio.
have-about_complete = Ydy’r cyfan yno, yn union fel yr oedd?
    .hint = Dewiswch nac ydy os oes rhywbeth ar goll, wedi’i dorri neu wedi’i newid.
    .missing = Dewiswch a yw’r cyfan yno
have-about_complete_yes = Ydy
have-about_complete_no = Nac ydy
have-about_complete_unsure = Dydw i ddim yn siŵr
have-about_missing = Beth sydd ar goll neu wedi’i newid?
    .hint = Does dim rhaid ateb hyn.
have-about_copies = Pwy arall sydd â chopi?
    .hint = Does dim rhaid ateb hyn.

upload-law = Cyn ychwanegu ffeiliau: y gyfraith
    .body =
        __Peidiwch ag anfon, copïo, tynnu sgrinlun na chadw unrhyw lun neu fideo noeth neu rywiol o rywun sydd, neu a all fod, o dan 18 oed.__ Gall fod yn drosedd, hyd yn oed os ydych am helpu.

        Os oes rhywun wedi anfon un atoch:

        - gadewch ef lle y mae
        - peidiwch â’i anfon ymlaen
        - cadwch y ffôn neu’r cyfrifiadur wedi’i wefru ac ymlaen
        - dywedwch wrthym dim ond ei fod yno, a ble
upload-law_images = A oes unrhyw un o’ch ffeiliau’n dangos hyn?
    .missing = Dewiswch a oes unrhyw un o’ch ffeiliau’n dangos hyn
upload-law_images_no = Nac oes, dim un
upload-law_images_yes = Oes, rhai ohonynt
upload-law_images_unsure = Dydw i ddim yn siŵr

files = Ychwanegu ffeiliau

held = Ble mae’r ffeiliau hyn?
    .hint = Er enghraifft: yn y sgwrs ar fy ffôn. Gadewch nhw yno. Peidiwch â’u hanfon atom.
held_where =
    .missing = Dywedwch wrthym ble mae’r ffeiliau hyn

told = Wrth bwy rydych wedi dweud?
    .hint = Dewiswch bob un sy’n ffitio.
told_told_police = Yr heddlu
told_told_ceop = CEOP
told_told_platform = Yr ap, y gêm neu’r wefan
told_told_school = Ysgol
told_told_social-care = Gwasanaethau cymdeithasol
told_told_group = Grŵp sy’n gwirio pobl ar-lein
told_told_social-media = Rwyf i neu rywun arall wedi’i roi ar-lein i bawb ei weld
told_told_nobody = Neb
told_told = Wrth bwy rydych wedi dweud?
    .missing = Dewiswch wrth bwy rydych wedi dweud
told_reference = Os rhoddwyd rhif i chi, rhowch ef yma
    .hint = Does dim rhaid ateb hyn.

public = Beth sydd wedi’i roi ar-lein?
    .body = Peidiwch â’i rannu ymhellach. Gall y person anghywir gael ei niweidio. Gall achos llys fethu.
public_where = Ble mae e?
    .hint = Rhowch y cyfeiriad gwe, un ar bob llinell.
    .missing = Dywedwch wrthym ble mae e
public_up = A all pobl ei weld o hyd?
    .missing = Dewiswch a all pobl ei weld o hyd
public_up_yes = Gallant
public_up_no = Na allant
public_up_unsure = Dydw i ddim yn siŵr

check = Gwiriwch eich atebion

declaration = Cyn i chi anfon hyn
    .body =
        Drwy anfon hyn rydych yn dweud wrthym:

        - ei fod yn wir, hyd y gwyddoch
        - na fyddwch yn mynd i gwrdd â’r person yr adroddir amdano, ei ffonio, ei ffilmio na’i enwi
        - na fyddwch yn parhau â’r sgwrs i gael rhagor

        Gall adrodd rhywbeth y gwyddoch nad yw’n wir fod yn drosedd.
declaration_agree_true = Rwy’n cytuno â hyn
declaration_agree =
    .missing = Ticiwch y blwch i ddangos eich bod yn cytuno
