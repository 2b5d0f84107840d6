# Welsh, not reviewed by a translator yet.

service_emergency = 999
    .what = os yw rhywun mewn perygl nawr
service_police = 101
    .what = yr heddlu, os nad yw’n frys
service_childline = Childline
    .what = os ydych o dan 18 oed
service_nspcc = NSPCC
    .what = os ydych yn poeni am blentyn
service_samaritans = Y Samariaid
    .what = os oes angen siarad arnoch
service_crimestoppers = Crimestoppers
    .what = i adrodd trosedd heb roi eich enw
service_ceop = CEOP
    .what = os yw plentyn mewn perygl ar-lein
service_iwf = Internet Watch Foundation
    .what = ar gyfer lluniau ar wefan
service_report-remove = Report Remove
    .what = os oes llun noeth ohonoch ar-lein
service_stop-it-now = Stop It Now
    .what = os ydych yn poeni am eich meddyliau eich hun
