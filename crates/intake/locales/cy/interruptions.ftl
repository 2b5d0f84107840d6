# Welsh, not reviewed by a translator yet. Every page in Welsh says so.

leave = Sut i adael y dudalen hon yn gyflym
    .body =
        Mae botwm coch ar bob tudalen sy’n dweud “Gadael y dudalen hon”. Mae’n mynd â chi i dudalen am y tywydd. Os yw JavaScript ymlaen, gallwch hefyd bwyso’r fysell Shift neu’r fysell Escape 3 gwaith.

        Bydd yr hyn rydych wedi’i deipio yn cael ei golli. Efallai y bydd eich porwr yn dal i restru eich bod wedi dod yma. I guddio hynny, cliriwch eich hanes.

        Dydyn ni ddim yn cadw dim ar eich ffôn na’ch cyfrifiadur.

young = Gallwch siarad â rhywun nawr
    .body =
        Rydych wedi gwneud y peth iawn. Nid eich bai chi yw hyn.

        - I siarad â rhywun, ffoniwch [childline]. Mae am ddim. Nid yw’n dangos ar y bil ffôn.
        - Os yw rhywun ar-lein yn gwneud i chi deimlo’n anniogel, gallwch ddweud wrth [ceop]. Maen nhw’n helpu plant gyda hyn bob dydd.
        - Os oes llun noeth ohonoch ar-lein, gall [report-remove] helpu i’w dynnu i lawr.

        Gallwch hefyd fynd ymlaen a dweud wrthym ni yma. Peidiwch ag anfon unrhyw luniau atom.
    .go = Mynd ymlaen a dweud wrthym

stop = Stopiwch yma, os gwelwch yn dda
    .body =
        Peidiwch â chwrdd â’r person hwn na’i ffonio eto. Peidiwch â’i enwi na phostio amdano. Peidiwch â pharhau â’r sgwrs i gael rhagor.

        Mae pobl wedi cael eu niweidio, ac mae rhai wedi lladd eu hunain. Mae’r person anghywir wedi cael ei enwi. Mae achosion llys wedi methu. Gall plant eraill golli’r help sydd ei angen arnynt.

        Rhowch yr hyn sydd gennych i’r heddlu nawr. Efallai y bydd angen i’r heddlu weld y ffôn neu’r cyfrifiadur a ddefnyddioch. Allwn ni ddim addo beth fydd yr heddlu’n ei wneud am yr hyn sydd wedi’i wneud yn barod.

        Os gall rhywun gael niwed, ffoniwch [emergency].

anonymous = Yr hyn na allwn ei addo
    .body =
        Dydyn ni ddim yn gofyn am eich enw. Dydyn ni ddim yn cadw cyfeiriad eich ffôn na’ch cyfrifiadur. Ond ni all neb addo na ellir byth eich olrhain:

        - gall eich rhwydwaith neu eich cyflogwr weld eich bod wedi dod i’r wefan hon
        - gall rhywun ddyfalu pwy ydych chi o’r hyn rydych yn ei ysgrifennu
        { $desk ->
            [charity] - gall ffeil neu lun rydych yn ei gadw gynnwys eich enw
           *[other] - gall ffeil gynnwys eich enw neu’r lle, a dydyn ni ddim yn tynnu hynny allan
        }
        - os yw bywyd mewn perygl, gall yr heddlu geisio darganfod pwy ydych chi

        { $reporter ->
            [under18] Gallwch adael allan unrhyw beth a fynnwch.
           *[other] Os yw hyn yn bwysig i chi, defnyddiwch Tor Browser ar eich ffôn neu gyfrifiadur eich hun. Gadewch allan yr hyn na allai neb ond chi ei wybod.
        }

image-law = Lluniau a fideos: y gyfraith
    .body =
        __Peidiwch ag anfon, copïo, tynnu sgrinlun na chadw unrhyw lun neu fideo noeth neu rywiol o rywun sydd, neu a all fod, o dan 18 oed.__ Gall fod yn drosedd, hyd yn oed os ydych am helpu.

        Os oes rhywun wedi anfon un atoch:

        - gadewch ef lle y mae
        - peidiwch â’i anfon ymlaen
        - cadwch y ffôn neu’r cyfrifiadur wedi’i wefru ac ymlaen
        - dywedwch wrthym dim ond ei fod yno, a ble

        { $reporter ->
            [under18] Os yw’n llun ohonoch chi, dydych chi ddim mewn trwbl gyda ni. Gall [report-remove] helpu i’w dynnu i lawr.
           *[other] Ar gyfer lluniau ar wefan, gallwch roi’r cyfeiriad gwe i’r [iwf].
        }

threats-advice = Os yw rhywun yn bygwth
    .body =
        Nid bai’r person sy’n cael ei fygwth yw hyn.

        - Peidiwch â thalu. Peidiwch ag anfon dim byd arall.
        - Stopiwch siarad â nhw. Peidiwch â dileu’r sgwrs.
        - Dywedwch wrth rywun rydych yn ymddiried ynddo.
        - Mae llawer o bobl yn dod drwy hyn. Mae’r heddlu’n delio ag ef yn aml.

        I siarad â rhywun unrhyw bryd, ffoniwch [samaritans]. { $reporter ->
            [under18] Neu ffoniwch [childline].
           *[other] Os ydych o dan 18 oed, ffoniwch [childline].
        }

        Os gall rhywun fod ar fin niweidio ei hun, ffoniwch [emergency].

keep-safe = Cadwch yr hyn sydd gennych yn ddiogel
    .body =
        { $desk ->
            [charity] Allwn ni ddim cymryd ffeiliau yma. Bydd yr heddlu’n dweud wrthych sut i’w trosglwyddo os bydd eu hangen.
           *[other] Peidiwch ag anfon ffeiliau yma. Bydd yr heddlu’n dweud wrthych sut i’w trosglwyddo os bydd eu hangen.
        }

        - Peidiwch â dileu, newid nac anfon dim byd ymlaen.
        - Cadwch y ffôn neu’r cyfrifiadur wedi’i wefru, os gallwch.
        - Peidiwch â mynd i gael rhagor.
