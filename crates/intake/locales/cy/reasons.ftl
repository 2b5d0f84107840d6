# Welsh, not reviewed by a translator yet.

reason_danger_now = Mae’r adroddwr yn dweud bod plentyn mewn perygl nawr
reason_danger_unsure = Nid yw’r adroddwr yn siŵr a oes plentyn mewn perygl nawr
reason_meeting_within_72h = Mae cyfarfod wedi’i gynllunio o fewn 72 awr
reason_real_child_contact = Mae plentyn go iawn yn dal mewn cysylltiad â’r person yr adroddir amdano
reason_child_not_safe = Mae’r adroddwr yn meddwl nad yw’r plentyn yn ddiogel nawr
reason_threats = Mae rhywun yn cael ei fygwth nawr
reason_self_harm = Gallai rhywun niweidio ei hun
reason_position_of_trust = Mae’r person yr adroddir amdano yn gweithio gyda phlant, neu’n helpu gyda nhw
reason_confronted_or_streamed = Mae’r person yr adroddir amdano wedi’i herio neu ei enwi, neu mae bwriad i wneud hynny
reason_named_in_public = Mae wedi’i roi ar-lein i bawb ei weld
reason_child_reporter = Mae’r adroddwr o dan 18 oed
