# Reasons for urgency, as the desk reads them. Statements of what was answered, never of what is so.

reason_danger_now = The reporter says that a child is in danger now
reason_danger_unsure = The reporter is not sure if a child is in danger now
reason_meeting_within_72h = A meeting is planned within 72 hours
reason_real_child_contact = A real child is still in contact with the person reported
reason_child_not_safe = The reporter thinks that the child is not safe now
reason_threats = Someone is being threatened now
reason_self_harm = Someone might hurt themselves
reason_position_of_trust = The person reported works with children, or helps out with them
reason_confronted_or_streamed = The person reported has been confronted or named, or it is planned
reason_named_in_public = It has been put online for all to see
reason_child_reporter = The reporter is under 18
