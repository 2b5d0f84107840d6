# Pages that must be read before going on. Nothing is asked on them.
# Parts: .body, .go for the button.

leave = How to leave this page fast
    .body =
        Each page has a red button that says “Exit this page”. It takes you to a page about the weather. If JavaScript is on, you can also press the Shift key or the Escape key 3 times.

        What you have typed will be lost. Your browser may still list that you came here. To hide that, clear your history.

        We do not keep anything on your phone or computer.

young = You can talk to someone now
    .body =
        You have done the right thing. It is not your fault.

        - To talk to someone, call [childline]. It is free. It does not show on the phone bill.
        - If someone online is making you feel unsafe, you can tell [ceop]. They help children with this each day.
        - If there is a nude picture of you online, [report-remove] can help to take it down.

        You can also go on and tell us here. Please do not send us any pictures.
    .go = Go on and tell us

stop = Please stop here
    .body =
        Do not meet or call this person again. Do not name them or post about them. Do not carry on the chat to get more.

        People have been hurt, and some have killed themselves. The wrong person has been named. Trials have failed. Other children can lose the help they need.

        Give what you have to the police now. The police may need to see the phone or computer you used. We can not promise what the police will do about what has been done already.

        If someone may get hurt, call [emergency].

anonymous = What we can not promise
    .body =
        We do not ask for your name. We do not keep the address of your phone or computer. But no one can promise that you can never be traced:

        - your network or your boss may see that you came to this site
        - someone may guess who you are from what you write
        { $desk ->
            [charity] - a file or a picture you keep may have your name in it
           *[other] - a file can have your name or the place in it, and we do not take that out
        }
        - if a life is at risk, the police may try to find out who you are

        { $reporter ->
            [under18] You can leave out anything you want.
           *[other] If this matters to you, use Tor Browser on your own phone or computer. Leave out what only you could know.
        }

image-law = Pictures and videos: the law
    .body =
        __Do not send, copy, screenshot or save any nude or sexual picture or video of someone who is or may be under 18.__ It can be a crime, even if you mean to help.

        If someone has sent you one:

        - leave it where it is
        - do not send it on
        - keep the phone or computer charged and switched on
        - tell us only that it is there, and where

        { $reporter ->
            [under18] If it is a picture of you, you are not in trouble with us. [report-remove] can help to take it down.
           *[other] For pictures on a website, you can give the web address to the [iwf].
        }

threats-advice = If someone is making threats
    .body =
        It is not the fault of the person who is threatened.

        - Do not pay. Do not send anything more.
        - Stop talking to them. Do not delete the chat.
        - Tell someone you trust.
        - Many people get through this. The police deal with it a lot.

        To talk to someone at any time, call [samaritans]. { $reporter ->
            [under18] Or call [childline].
           *[other] If you are under 18, call [childline].
        }

        If someone may be about to hurt themselves, call [emergency].

keep-safe = Keep what you have safe
    .body =
        { $desk ->
            [charity] We can not take files here. The police will tell you how to hand them over if they need them.
           *[other] Please do not send files here. The police will tell you how to hand them over if they need them.
        }

        - Do not delete, change or send on anything.
        - Keep the phone or computer charged, if you can.
        - Do not go and get more.
