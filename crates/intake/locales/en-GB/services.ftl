# Who to turn to. Parts: .what for.

service_emergency = 999
    .what = if someone is in danger now
service_police = 101
    .what = police, if it is not urgent
service_childline = Childline
    .what = if you are under 18
service_nspcc = NSPCC
    .what = if you are worried about a child
service_samaritans = Samaritans
    .what = if you need to talk
service_crimestoppers = Crimestoppers
    .what = to report a crime without your name
service_ceop = CEOP
    .what = if a child is at risk online
service_iwf = Internet Watch Foundation
    .what = for pictures on a website
service_report-remove = Report Remove
    .what = if a nude picture of you is online
service_stop-it-now = Stop It Now
    .what = if you are worried about your own thoughts
