# Welsh, not reviewed by a translator yet. Every page in Welsh says so.

service-name = Safehand
skip-link = Neidio i’r prif gynnwys
exit-hidden = Argyfwng
exit = Gadael y dudalen hon
exit-pressed = Yn gadael y dudalen
exit-two-more = Shift neu Escape, pwyswch 2 waith eto i adael.
exit-one-more = Shift neu Escape, pwyswch 1 waith eto i adael.
exit-timed-out = Daeth gadael y dudalen hon i ben.
back = Yn ôl
continue = Parhau
change = Newid
language-label = Iaith
unreviewed = Nid yw’r dudalen hon wedi’i gwirio gan gyfieithydd eto.
route-tag = Sut mae’r dudalen hon yn gweithio
route-device = Mae eich atebion yn cael eu cloi ar y ddyfais hon cyn eu hanfon. Dim ond y ddesg all eu hagor.
route-server = Rydych yn defnyddio’r dudalen hon heb JavaScript. Mae ein gweinydd yn cloi eich atebion pan fyddant yn cyrraedd. Gall eu darllen, yn y cof yn unig, tra bydd yn gwneud hynny.
route-server-more = I’w cloi ar eich dyfais eich hun, trowch JavaScript ymlaen a dechreuwch eto.
keep-draft = Cymerwch eich amser. Gallwch anfon y dudalen hon tan { $time }. Bob tro y byddwch yn parhau, cewch { $hours } awr arall.
keep-dialogue = Cymerwch eich amser. Gallwch ddefnyddio’r dudalen hon tan { $time }. Ar ôl hynny, bydd eich saith gair yn ei hagor eto.
help-title = Os oes angen help arnoch nawr
help-checked = Gwiriwyd y rhifau hyn ar { $day }.
service-phone = { $name } ar { $phone }
footer-print = Gallwch argraffu’r dudalen hon. Cadwch y papur lle gallwch chi yn unig ddod o hyd iddo.

error-prefix = Gwall: { $title }
error-word = Gwall:
error-title = Mae problem
error-missing-choice = Dewiswch ateb
error-missing-text = Rhowch rywbeth ar gyfer “{ $label }”
error-too-long = Gall “{ $label }” gael { $limit } nod. Mae gennych { $over } yn ormod.
error-not-one = Dewiswch un ateb i “{ $label }”
error-not-offered = Dewiswch un o’r atebion a ddangosir ar gyfer “{ $label }”
error-unreadable = Ni ellid darllen rhan o “{ $label }”. Fe’i dangosir fel �. Teipiwch hi eto, neu tynnwch hi allan.
error-stray = Ni chyrhaeddodd rhan o’r dudalen hon fel yr anfonoch hi. Gwiriwch eich atebion yma.
error-not-alone = Dewiswch yr hyn sy’n ffitio, neu dewiswch yr ateb olaf ar ei ben ei hun
error-not-a-day = Rhowch ddiwrnod sy’n bodoli, fel 27 11 2026, neu gadewch ef yn wag
error-too-many = Gallwch restru { $max } yma ac mae { $count }. Tynnwch { $surplus }, neu rhowch y gweddill yn y blwch “Beth ddigwyddodd?” yn nes ymlaen. Does dim byd a deipioch wedi’i golli.

date-day = Diwrnod
date-month = Mis
date-year = Blwyddyn
text-limit = Gallwch roi hyd at { $limit } nod
text-left =
    { $count ->
        [zero] Does gennych ddim nodau ar ôl
        [one] Mae gennych { $number } nod ar ôl
        [two] Mae gennych { $number } nod ar ôl
        [few] Mae gennych { $number } nod ar ôl
        [many] Mae gennych { $number } nod ar ôl
       *[other] Mae gennych { $number } nod ar ôl
    }
text-over =
    { $count ->
        [one] Mae gennych { $number } nod yn ormod
       *[other] Mae gennych { $number } nod yn ormod
    }
optional-or = neu

check-lead = Does dim byd wedi’i anfon eto. Gallwch newid unrhyw ateb.
check-go = Parhau
check-empty = Heb ei ateb
check-files = Ffeiliau
check-files-none = Dim ffeiliau
send = Anfon yr adroddiad

files-lead = Gallwch ychwanegu ffeiliau sydd gennych yn barod. Peidiwch â mynd i gael rhagor. Os nad oes gennych ffeiliau yma, ewch ymlaen.
files-anonymous = Gall ffeil ddangos pwy ydych chi: yn ei henw, yn y llun, neu’n gudd y tu mewn iddi. Nid ydym yn newid dim ynddi ohonom ein hunain, am fod ffeil wedi’i newid yn wannach fel tystiolaeth.
files-law = Peidiwch ag ychwanegu unrhyw lun neu fideo noeth neu rywiol o rywun sydd, neu a all fod, o dan 18 oed.
files-label = Dewis ffeiliau
files-hint = Gall pob ffeil fod hyd at { $size }.
files-folder = Neu dewiswch ffolder gyfan
files-all = Pob ffeil
files-all-label = Faint o’r holl ffeiliau sydd wedi’i anfon
files-upload = Ychwanegu’r ffeiliau hyn
files-list = Ffeiliau a ychwanegwyd hyd yn hyn
files-none = Does dim ffeiliau wedi’u hychwanegu.
files-remove = Tynnu
files-sha256 = SHA-256
files-pause = Oedi
files-resume = Mynd ymlaen
files-cancel = Canslo
files-status-waiting = Yn aros
files-status-sending = Yn cloi ac yn anfon
files-status-paused = Wedi’i oedi
files-status-done = Ychwanegwyd
files-status-failed = Heb ei ychwanegu. Gwiriwch eich cysylltiad a rhowch gynnig arall arni.
files-status-no-room = Heb ei ychwanegu: does dim lle iddo heddiw. Anfonwch eich adroddiad hebddo, a’i ychwanegu yfory gyda’ch saith gair.
files-progress-label = Faint o’r ffeil sydd wedi’i anfon
files-progress = { $sent } o { $total } ({ $percent }%)
files-progress-speed = { $speed } yr eiliad
files-progress-left = tua { $time } ar ôl
files-say = { $name }: { $what }
files-reveals = Gall y ffeil hon ddweud wrth bobl pwy ydych chi. Yn gudd ynddi mae:
files-reveals-hint = Gallwn dynnu hyn allan cyn cloi’r ffeil. Bydd hi wedyn yn wannach fel tystiolaeth.
files-reveals-hint-as-is = Ni all y dudalen hon ei dynnu allan o’r math hwn o ffeil.
files-reveals-failed = Ni allai’r ddyfais hon ei dynnu allan.
files-reveals-clean = Ei dynnu allan ac ychwanegu’r ffeil
files-reveals-keep = Ei hychwanegu fel y mae
files-reveals-drop = Peidio â’i hychwanegu
files-reveals-all = Gwneud yr un peth gyda phob un
files-reveals-clean-all = Ei dynnu allan o bob un
files-reveals-keep-all = Ychwanegu pob un fel y mae
files-reveal-place = ble cafodd ei gwneud: { $value }
files-reveal-device = â beth y cafodd ei gwneud: { $value }
files-reveal-serial = rhif un camera neu ffôn: { $value }
files-reveal-name = enw: { $value }
files-reveal-time = amser: { $value }
files-reveal-program = rhaglen: { $value }
files-reveal-preview = llun bach o sut roedd yn edrych o’r blaen: { $value }
files-reveal-identifier = rhif y gall ffeiliau eraill o’ch eiddo ei rannu: { $value }
files-error-too-large = Mae “{ $name }” yn fwy na { $size }
files-error-empty = Mae “{ $name }” yn wag
files-error-encrypted = Mae “{ $name }” wedi’i gloi â chyfrinair, felly ni allai neb yma ei agor. Ychwanegwch y ffeil eto heb y cyfrinair.
files-error-type = Nid yw “{ $name }” yn fath o ffeil y mae’r ddesg hon yn ei gymryd
files-error-too-many = Gallwch ychwanegu { $max } ffeil. Ni ychwanegwyd “{ $name }”.
files-error-failed = Ni ellid ychwanegu “{ $name }”. Rhowch gynnig arall arni.
files-error-no-room = Does dim lle i “{ $name }” heddiw. Anfonwch eich adroddiad hebddo, a’i ychwanegu yfory gyda’ch saith gair.
files-error-none = Dewiswch ffeil yn gyntaf

home-title = Adrodd pryder am blentyn
home-lead =
    Dywedwch wrthym os ydych yn poeni y gall rhywun niweidio plentyn, ar-lein neu beidio. Does dim rhaid bod yn siŵr. Does dim rhaid rhoi eich enw.

    Bydd angen tua 10 munud arnoch. Peidiwch ag aros nes bod gennych ragor.
home-danger = Os oes plentyn mewn perygl nawr, ffoniwch [emergency].
home-desks = Wrth bwy ydych chi am ddweud?
home-back = Ydych chi wedi anfon adroddiad?
home-return = Mae gen i saith gair
home-return-hint = Dewch yn ôl at adroddiad i ddarllen atebion neu i ychwanegu rhywbeth.
desk-police = Yr heddlu. Gall gymryd ffeiliau.
desk-charity = Elusen. Ni all gymryd ffeiliau. Mae’n rhoi i’r heddlu yr hyn y mae angen iddynt ei wybod.
start-title = Adrodd i { $desk }
start-lead =
    Byddwn yn eich holi am tua 10 peth, un ar bob tudalen. Gallwch adael y rhan fwyaf ohonynt allan.

    Ar y diwedd cewch saith gair. Gyda nhw gallwch ddod yn ôl i ddarllen atebion. Hebddynt ni all neb, ddim hyd yn oed ni.
start-charity = Ni all y ddesg hon gymryd ffeiliau. Cadwch nhw’n ddiogel.
start-go = Dechrau nawr
start-noscript = Gallwch lenwi’r ffurflen hon heb JavaScript. Mae pob tudalen yn dweud tan pryd y gallwch ei hanfon.

receipt-title = Adroddiad wedi’i dderbyn
receipt-words-title = Eich saith gair
receipt-words-lead = Ysgrifennwch y geiriau hyn ar bapur, yn y drefn hon. Dyma’r unig ffordd yn ôl at eich adroddiad. Allwn ni ddim eu dangos eto.
receipt-received = Derbyniwyd ar { $time }
receipt-files = Beth a dderbyniwyd
receipt-files-none = Eich atebion. Doedd dim ffeiliau.
receipt-files-lead = Eich atebion, a’r ffeiliau isod. Mae’r rhif hir yn perthyn i’r ffeil honno’n unig. Dim ond chi a’r ddesg all ei weld.
receipt-next = Beth sy’n digwydd nesaf
receipt-next-list =
    - Bydd rhywun yn { $desk } yn ei ddarllen.
    - Nhw sy’n penderfynu beth i’w wneud. Efallai na fyddant yn gallu dweud wrthych beth ydyw.
    - Dewch yn ôl gyda’ch saith gair i weld a ydynt wedi gofyn rhywbeth i chi.
    - Peidiwch â chwrdd â neb, ffonio neb, ffilmio neb nac enwi neb. Peidiwch â mynd i gael rhagor.

    Mae pawb sy’n anfon adroddiad yn gweld yr un dudalen hon.
receipt-print = Argraffu’r dudalen hon
receipt-save = Ei chadw fel ffeil testun ar y ddyfais hon
receipt-confirm-title = Ydych chi wedi ysgrifennu’r geiriau?
receipt-confirm-hint = Teipiwch ddau ohonynt, neu ticiwch y blwch.
receipt-word = Gair rhif { $number }
receipt-written = Rwyf wedi’u hysgrifennu
receipt-go = Parhau
receipt-error-neither = Teipiwch y ddau air, neu ticiwch y blwch i ddweud eich bod wedi’u hysgrifennu
receipt-error-wrong = Nid “{ $typed }” yw gair rhif { $number }. Edrychwch ar y rhestr a rhowch gynnig arall arni.
done-title = Gallwch gau’r dudalen hon nawr
done-lead = Nid yw eich geiriau’n cael eu dangos mwyach. I ddarllen atebion, agorwch y wefan hon eto a dewiswch “Mae gen i saith gair”.
done-home = Mynd i’r dudalen gyntaf

log-title = Prawf ei fod gennym
log-entry = Eich adroddiad chi yw cofnod { $entry } yn ein log. Pe bai rhywun yn ei dynnu allan neu ei newid, byddai’r prawf yn dangos hynny.
log-witnesses =
    { $count ->
        [0] Nid oes unrhyw sefydliad allanol wedi llofnodi drosto eto.
        [one] Mae un sefydliad allanol wedi llofnodi drosto.
        [two] Mae dau sefydliad allanol wedi llofnodi drosto.
       *[other] Mae { $number } o sefydliadau allanol wedi llofnodi drosto.
    }
log-checked = Mae’r dudalen hon wedi’i wirio ar eich dyfais.
log-unchecked = Mae eich adroddiad gennym. Ond ni allai’r dudalen hon wirio’r prawf. Cadwch y ffeil brawf.
log-file = Gallwch gadw’r prawf fel ffeil testun fach. Nid yw’n dweud beth ddywedoch wrthym. Gyda’ch saith gair a’r ffeiliau a anfonoch, gall ddangos yn nes ymlaen mai dyma a gawsom. Cadwch hi dim ond lle na fydd neb arall yn edrych.
log-save = Cadw’r ffeil brawf
log-failed = Allwn ni ddim gwneud y ffeil nawr. Rhowch gynnig arall arni, neu dewch yn ôl yn nes ymlaen gyda’ch geiriau.

return-title = Rhowch eich saith gair
return-hint = Rhowch fwlch rhyngddynt. Does dim ots am briflythrennau.
return-go = Agor fy adroddiad
return-error-empty = Rhowch eich saith gair
return-error-count = Rhaid cael saith gair. Rydych wedi rhoi { $count }.
return-error-word = Nid yw gair rhif { $number }, “{ $word }”, yn un o’n geiriau
return-error-suggest = Oeddech chi’n meddwl { $suggestions }?
return-error-or = { $first } neu { $second }
return-error-unknown = Does gennym ddim adroddiad â’r geiriau hyn. Gwiriwch bob gair a’r drefn.
return-lost = Os ydych wedi colli eich geiriau, ni all neb agor yr adroddiad i chi. Gallwch anfon un newydd.

dialogue-title = Eich adroddiad
dialogue-received = Derbyniwyd ar { $time }
dialogue-state-new = Nid yw wedi’i agor eto.
dialogue-state-open = Mae rhywun yn edrych arno.
dialogue-state-closed = Mae wedi’i gau. Gallwch ysgrifennu o hyd.
dialogue-messages = Negeseuon
dialogue-no-messages = Does dim negeseuon eto.
dialogue-from-desk = Oddi wrth { $desk }
dialogue-from-you = Oddi wrthych chi
dialogue-reply = Ysgrifennu at { $desk }
dialogue-reply-hint = Dywedwch dim ond yr hyn rydych yn ei wybod neu sydd gennych yn barod. Peidiwch â mynd i gael rhagor.
dialogue-send = Anfon
dialogue-sent = Mae eich neges wedi’i hanfon.
dialogue-sent-files =
    { $count ->
        [one] Mae eich ffeil wedi’i hanfon.
       *[other] Mae eich ffeiliau wedi’u hanfon.
    }
dialogue-sent-both = Mae eich neges a’ch ffeiliau wedi’u hanfon.
dialogue-sent-wish = Mae eich dymuniad wedi’i anfon.
dialogue-files-ready = Ffeiliau heb eu hanfon eto
dialogue-files-send = Anfon y ffeiliau hyn
dialogue-files-sent = Ffeiliau a anfonoch ar yr ymweliad hwn
dialogue-files-unsent = Mae gennych ffeiliau heb eu hanfon eto. Anfonwch nhw neu tynnwch nhw yn gyntaf.
dialogue-files = Ychwanegu ffeiliau
dialogue-no-files = Ni all y ddesg hon gymryd ffeiliau. Cadwch nhw’n ddiogel, a dywedwch wrthym eu bod gennych.
dialogue-witness-title = Rhoi eich enw
dialogue-witness-lead = Gallwch ddod yn rhywun a all fod yn dyst. Allwch chi ddim tynnu hyn yn ôl. Gall yr heddlu ofyn i chi am ddatganiad.
dialogue-witness-name = Enw llawn
dialogue-witness-contact = Sut gallwn gysylltu â chi
dialogue-witness-go = Rhoi fy enw
dialogue-witness-done = Rydych wedi rhoi eich enw.
dialogue-witness-error-name = Rhowch eich enw llawn
dialogue-witness-error-contact = Rhowch ffordd i gysylltu â chi
dialogue-withdraw-title = Rhoi’r gorau i gysylltu
dialogue-withdraw-lead = Gallwch ofyn i ni beidio â chysylltu â chi y tu allan i’r dudalen hon. Mae’r hyn a ddywedoch wrthym yn aros gyda’r ddesg.
dialogue-withdraw-go = Peidiwch â chysylltu â mi
dialogue-withdraw-done = Rydych wedi gofyn i ni beidio â chysylltu â chi.
dialogue-error-empty = Ysgrifennwch neges yn gyntaf
dialogue-not-sent = Ni allem anfon hyn nawr. Does dim byd wedi’i golli. Rhowch gynnig arall arni.
dialogue-leave = Rwyf wedi gorffen

expired-title = Mae’r dudalen hon wedi bod ar agor ers amser hir
expired-lead = Er mwyn eich cadw’n ddiogel, dim ond am ychydig oriau y cedwir adroddiad heb ei orffen. Does dim byd wedi’i anfon. Mae’r hyn a deipioch ar y dudalen olaf isod. Gallwch ei gopïo a dechrau eto.
expired-typed = Yr hyn a deipioch
expired-typed-none = Doeddech chi ddim wedi teipio dim ar y dudalen hon.
expired-kept-lead = Nid ydych wedi anfon eich adroddiad eto, ac mae’r dudalen hon wedi bod ar agor ers amser hir. Does dim byd a deipioch wedi’i golli. Gallwch fynd ymlaen o’r fan hon.
expired-kept-go = Mynd ymlaen â’m hadroddiad
expired-words = Gallwch agor eich adroddiad eto gyda’ch saith gair. Copïwch yr hyn a deipioch yn gyntaf, os ydych am ei anfon.
expired-words-go = Rhoi fy saith gair
expired-go = Dechrau eto

trouble-not-found-title = Heb ddod o hyd i’r dudalen
trouble-not-found = Does dim tudalen fel hon. Os teipioch y cyfeiriad, gwiriwch ef.
trouble-too-large-title = Mae hynny’n ormod ar unwaith
trouble-too-large = Mae’r hyn a anfonwyd yn fwy nag y gallwn ei gymryd ar unwaith. Anfonwch lai o destun, neu lai o ffeiliau neu rai llai.
trouble-too-large-kept = Roedd mwy o destun ar eich tudalen olaf nag y gallwn ei gymryd ar unwaith, felly ni chadwyd y dudalen honno. Mae eich atebion cyn hynny yma o hyd.
trouble-damaged-title = Ni chyrhaeddodd y dudalen yn gyfan
trouble-damaged = Torrodd yr hyn a anfonoch ar ei ffordd. Nid anfonwyd dim ohono at y ddesg. Ewch yn ôl i’ch tudalen a rhowch gynnig arall arni.
trouble-busy-title = Mae gormod o bobl yma nawr
trouble-busy = Arhoswch funud a rhowch gynnig arall arni. Does dim byd a deipioch wedi’i golli.
trouble-not-sent-title = Nid anfonwyd eich adroddiad
trouble-not-sent = Ni allem gymryd eich adroddiad nawr. Does dim byd a deipioch wedi’i golli. Rhowch gynnig arall arni.
trouble-failed-title = Mae’n ddrwg gennym, aeth rhywbeth o’i le
trouble-failed = Rhowch gynnig arall arni. Os yw’n frys, defnyddiwch un o’r rhifau ar y dudalen hon.
trouble-retry = Rhoi cynnig arall arni
trouble-home = Mynd i’r dudalen gyntaf

safety-title = Cadwch yn ddiogel ar y ddyfais hon
safety-body =
    Rydych wedi gadael eich adroddiad. Mae’r hyn a deipioch wedi mynd, a does dim byd wedi’i anfon.

    Nid yw’r wefan hon yn cadw dim ar eich ffôn na’ch cyfrifiadur. Ond gall eich porwr restru eich bod wedi dod yma. I guddio hynny:

    - cliriwch y dudalen hon o’ch hanes
    - y tro nesaf, defnyddiwch ffenestr breifat
    - os yw rhywun yn gwirio eich ffôn neu gyfrifiadur, defnyddiwch un na all ei gyrraedd
safety-home = Yn ôl i’r dudalen gyntaf

# Sut yr ysgrifennir rhifau.
number-group = ,
number-decimal = .
size-bytes =
    { $count ->
        [one] { $number } beit
       *[other] { $number } beit
    }
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB
size-tb = { $number } TB
span-seconds =
    { $count ->
        [one] { $number } eiliad
        [two] { $number } eiliad
       *[other] { $number } eiliad
    }
span-minutes =
    { $count ->
        [one] { $number } munud
        [two] { $number } funud
       *[other] { $number } munud
    }
span-hours =
    { $count ->
        [one] { $number } awr
       *[other] { $number } awr
    }
span-both = { $hours } { $minutes }

time-long = { $day } { $month } { $year } am { $hour }:{ $minute } (UTC)
day-long = { $day } { $month } { $year }
month-1 = Ionawr
month-2 = Chwefror
month-3 = Mawrth
month-4 = Ebrill
month-5 = Mai
month-6 = Mehefin
month-7 = Gorffennaf
month-8 = Awst
month-9 = Medi
month-10 = Hydref
month-11 = Tachwedd
month-12 = Rhagfyr
