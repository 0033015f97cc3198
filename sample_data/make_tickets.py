"""Make the sample pool `tickets.csv` and its sealed answers `answers.csv`, always the same bytes.

Every ticket is one of the stories below, told by somebody in a hurry: `[a|b]` stands for one of its parts,
`{slot}` for a value that stays the same throughout a ticket. What makes the topics hard to tell apart is what
makes them hard in life: people mention other matters, and bills, refunds and cancellations share their words.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

SEED = 2024


@dataclass(frozen=True)
class Story:
    """One thing that happens to customers.

    A case is a subject, the problem (which alone decides the topic) and details that belong to it only;
    `detail` and `ask` go with every case.
    """

    cases: Sequence[tuple[str, ...]]
    detail: Sequence[str]
    ask: Sequence[str]
    tiers: Sequence[str] = ()


@dataclass(frozen=True)
class Topic:
    """The stories of one topic and what all its writers share.

    They may mention other topics in passing, and put their own matter in plain words: as a subject
    (`headings`) or in the text (`plainly`).
    """

    size: int
    tiers: Sequence[str]
    mentions: Sequence[str]
    headings: Sequence[str]
    plainly: Sequence[str]
    stories: Sequence[Story]


@dataclass(frozen=True)
class Ticket:
    """One row of the pool with its sealed answer."""

    subject: str
    body: str
    tier: str
    topic: str


PAYING = ("team", "team", "team", "enterprise")
ANYBODY = ("free", "free", "team", "team", "team", "enterprise")

TOPICS: dict[str, Topic] = {
    "billing": Topic(
        size=460,
        tiers=PAYING,
        mentions=("bug", "login", "feature_request", "refund", "integration", "cancellation", "security"),
        headings=("Billing[ question|]", "Question about an invoice", "Our payments"),
        plainly=(
            "It is about our [bills|billing].",
            "This is a question for the billing people.",
            "It is about [an invoice|a payment|our invoices and payments].",
            "I have a question about what we pay.",
        ),
        stories=(
            Story(
                cases=(
                    (
                        "[Charged|Billed] twice in {month}",
                        "Our card was charged {amount} twice [on the same day|within a week] in {month}.",
                        "We have a single workspace, so there should be a single charge.",
                    ),
                    (
                        "Two payments [for|in] {month}",
                        "I see two identical payments of {amount} on our [bank|card] statement for {month}.",
                        "Both carry the same reference.",
                    ),
                    (
                        "Duplicate charge?",
                        "The {month} payment [went through|was taken] twice[, as far as I can see|].",
                    ),
                    (
                        "What is this charge?",
                        "There is a payment of {amount} to you on our card from {month} that I cannot place.",
                        "We pay by the year, so nothing was due.",
                    ),
                ),
                detail=(
                    "Our billing page lists only one payment.",
                    "I [can send|have attached] the statement[ if that helps|].",
                    "I only need to know how to book it.",
                ),
                ask=(
                    "Can you check what it is for?",
                    "Is that an error, or did we get something wrong?",
                    "Could somebody from accounts explain this?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Billed for {n} seats",
                        "We are [being billed|paying] for {n} seats although [fewer|not that many] of us "
                        "use Tallybird.",
                        "The members page shows the right people.",
                    ),
                    (
                        "Wrong number of seats",
                        "The last invoice lists {n} seats and that is [more than we have|not what we agreed].",
                        "Guests should be free according to the pricing page.",
                    ),
                    (
                        "Users removed, same price",
                        "[Two|Three] people left us in {month}, but the amount you charge has not gone down.",
                        "Our admin removed them weeks ago.",
                    ),
                    (
                        "Pro-rated amount",
                        "We added a seat in the middle of {month} and I do not understand the amount charged for it.",
                        "I had expected half the monthly price.",
                    ),
                ),
                detail=(
                    "The difference is about {amount}.",
                    "My boss wants to know before we pay the next invoice.",
                ),
                ask=(
                    "Please correct it on the next invoice.",
                    "How is the number of seats counted?",
                    "Can you tell me which users we pay for?",
                ),
            ),
            Story(
                cases=(
                    (
                        "VAT number missing",
                        "Our VAT number is missing on invoice {invoice}.",
                        "I have entered it in the settings.",
                    ),
                    (
                        "New address",
                        "We have moved and need the new address on [our invoices|the invoices you send us].",
                        "The old office is closed.",
                    ),
                    (
                        "Change of company name",
                        "Since {month} our company has a new name and your invoices still show the old one.",
                        "I can send you the entry in the register.",
                    ),
                    (
                        "VAT on invoice {invoice}",
                        "You added VAT to invoice {invoice} although we are [a business abroad|tax exempt].",
                        "We did send you the certificate.",
                    ),
                ),
                detail=(
                    "Our accountant will not book it like this.",
                    "The tax office is [strict|picky] about such things.",
                ),
                ask=(
                    "Can you issue a corrected invoice?",
                    "Please send me one with the right details.",
                    "Where do I change our tax details?",
                ),
            ),
            Story(
                cases=(
                    (
                        "New [credit|company] card",
                        "Our company card expires in {month} and I cannot find where to enter the new one.",
                    ),
                    (
                        "Payment declined",
                        "The payment for {month} was declined although the card is [fine|valid and has funds].",
                        "The bank says that the request never reached them.",
                    ),
                    (
                        "[Change|Update] payment method",
                        "Please tell me how to change the credit card that our plan is paid with.",
                        "The present one belongs to {name}, who has left.",
                    ),
                    (
                        "Card not accepted",
                        "Every time I try to add our new card for the subscription, the payment fails.",
                        "I tried a second card, with the same result.",
                    ),
                ),
                detail=(
                    "We do not want the workspace to be suspended because of this.",
                    "The next payment is due on {day}.",
                ),
                ask=(
                    "What do we have to do before the next payment date?",
                    "Could you send a payment link instead?",
                    "Can we pay this month by transfer?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Price increase",
                        "Our monthly price went from {amount} to {higher} and [nobody told us|I do not know why].",
                        "I could not find an announcement.",
                    ),
                    (
                        "Renewal invoice higher than last year",
                        "The renewal invoice says {higher}, last year it was {amount}.",
                        "Nothing has changed on our side.",
                    ),
                    (
                        "Discount not applied",
                        "I thought we had a discount for the first year, but we were charged the full {higher}.",
                        "A coupon was entered when we signed up.",
                    ),
                    (
                        "Is tax included?",
                        "Does the price of {amount} on your website include tax, or does that come on top?",
                        "The invoice is not clear about that.",
                    ),
                ),
                detail=(
                    "Our budget for the year is already fixed.",
                    "We are on the {tier} plan with {n} seats.",
                ),
                ask=(
                    "What are we paying for exactly?",
                    "Please explain the price to me.",
                    "Can you send me the current price list?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Quote for {n} seats",
                        "Our purchasing department needs a quote for {n} seats before they can pay.",
                        "They only accept a PDF with a date.",
                    ),
                    (
                        "[Bank|Wire] transfer",
                        "We would like to pay by bank transfer [instead of by card|from now on].",
                        "Our new rules do not allow cards.",
                    ),
                    (
                        "Yearly instead of monthly",
                        "Can we move from monthly to yearly payment in the middle of the term?",
                        "I read that the yearly price is lower.",
                    ),
                    (
                        "Purchase order number",
                        "We need our purchase order number printed on the invoice, otherwise it will not be paid.",
                        "The order has gone out to you already.",
                    ),
                ),
                detail=(
                    "This should be settled by {day}.",
                    "It is for the {tier} plan.",
                ),
                ask=(
                    "Would that cost anything extra?",
                    "Who in your billing team can help with that?",
                    "Please let me know how this works.",
                ),
            ),
            Story(
                cases=(
                    (
                        "Invoice for {month}",
                        "I have not received [the invoice|a receipt] for {month}[ yet|].",
                        "It is not in the spam folder either.",
                    ),
                    (
                        "Receipts for our accountant",
                        "Our accountant needs the receipts for the whole year and I only have half of them.",
                        "PDF files would be enough.",
                    ),
                    (
                        "Other address for invoices",
                        "Please send our invoices to [accounts|our finance people] and no longer to {name}.",
                        "I could not find the setting.",
                    ),
                    (
                        "Link to invoice {invoice}",
                        "The link to invoice {invoice} in your email leads to an empty page, so we cannot pay it.",
                        "We do not want a reminder because of that.",
                    ),
                ),
                detail=("We have to close the books on {day}.", "Our accountant is waiting."),
                ask=(
                    "Where can I download invoices?",
                    "Could billing take care of it?",
                    "Please send me a copy by email.",
                ),
            ),
        ),
    ),
    "bug": Topic(
        size=400,
        tiers=ANYBODY,
        mentions=("billing", "login", "feature_request", "integration", "cancellation", "security", "refund"),
        headings=("Bug report", "[A bug|Error] in Tallybird", "Something is broken"),
        plainly=(
            "I think I have found a bug.",
            "I want to report a [bug|fault].",
            "Something is broken[ since the last update|].",
            "There seems to be an error in the program.",
        ),
        stories=(
            Story(
                cases=(
                    (
                        "Timer stops [by itself|too early]",
                        "The timer [stops by itself|resets to zero] when I [switch tabs|close the laptop].",
                        "I lose an hour or two every day.",
                    ),
                    ("Hours saved twice", "When I stop the timer, the entry is saved twice."),
                    (
                        "Wrong day",
                        "Hours that I enter for {day} show up a day later.",
                        "The time zone in my profile is right.",
                    ),
                    (
                        "Timer does not stop",
                        "The timer keeps running after I press stop[ and I end up with entries of 14 hours|].",
                    ),
                ),
                detail=(
                    "This happens in {browser} and in the desktop app.",
                    "It started {started}.",
                    "I have to correct my hours by hand every evening.",
                    "{name} sees the same on another machine.",
                ),
                ask=("Is this known?", "Can this be fixed soon?", "What else do you need to reproduce it?"),
            ),
            Story(
                cases=(
                    ("Totals are wrong", "The total in the {report} is not the sum of the rows."),
                    (
                        "Entries missing in the report",
                        "If I filter the {report} by client, [some|a few] entries are missing.",
                        "Without the filter they are there.",
                    ),
                    (
                        "Report does not [add up|match the export]",
                        "The {report} shows {n} hours, the export of the same week shows a different figure.",
                    ),
                    (
                        "Empty chart",
                        "The chart in the {report} has been empty {since} although there are entries.",
                        "The table below it is right.",
                    ),
                ),
                detail=(
                    "A hard refresh does not help.",
                    "We bill our clients from these figures, so it matters.",
                    "I checked it in {browser}, too.",
                    "It started {started}.",
                ),
                ask=("Please have a look.", "Is there a workaround?", "When will it be right again?"),
            ),
            Story(
                cases=(
                    (
                        "Client invoice is [blank|empty]",
                        "When I create an invoice for a client, the PDF [is blank|has no logo and no amounts].",
                        "The preview on the screen looks right.",
                    ),
                    (
                        "One cent off",
                        "The invoice editor rounds the tax wrongly, so that client invoices are one cent off.",
                        "I checked the sum with a calculator.",
                    ),
                    (
                        "PDF cuts off a line",
                        "The PDF of a client invoice cuts off the last line[ if there are more than {n} entries|].",
                        "I tried two different templates.",
                    ),
                    (
                        "Cannot send client invoice",
                        "Sending a client invoice from Tallybird fails with a grey box and no message.",
                    ),
                ),
                detail=(
                    "It worked until {last}.",
                    "It is the same in {browser}.",
                    "My client has complained already.",
                ),
                ask=(
                    "Can you fix this?",
                    "Any idea what could cause it?",
                    "What can I do in the meantime?",
                ),
            ),
            Story(
                cases=(
                    ("White page", "The {page} stays white in {browser}."),
                    (
                        "Error 500 in the {page}",
                        "I get 'Something went wrong (500)' when I open the {page}.",
                    ),
                    (
                        "{page} [very slow|does not load]",
                        "Opening the {page} takes [a minute|forever] and then the browser says that the page is "
                        "not responding.",
                    ),
                    (
                        "Save button does nothing",
                        "Nothing happens when I press Save in the {page}.",
                        "My changes are gone when I come back.",
                    ),
                ),
                detail=(
                    "Clearing the cache did not change anything.",
                    "Other pages are all right.",
                    "The console shows a red error about an undefined value.",
                    "My colleagues see the same.",
                ),
                ask=(
                    "Is there an outage?",
                    "Please help, I cannot work like this.",
                    "Can you see what goes wrong?",
                ),
            ),
            Story(
                cases=(
                    ("App crashes", "The app crashes on {device} as soon as I [open|tap] the {page}."),
                    (
                        "Mobile app closes by itself",
                        "Since {last} the mobile app closes by itself [when I add an entry|every few minutes].",
                    ),
                    (
                        "Cannot save on {device}",
                        "On {device} the keyboard covers the save button, so I cannot save anything.",
                    ),
                    (
                        "Entries from the phone missing",
                        "Entries made in the mobile app never appear on the web.",
                        "They are still on the phone.",
                    ),
                ),
                detail=(
                    "I reinstalled it twice.",
                    "The system is up to date.",
                    "It used to be fine.",
                    "I can send a screenshot.",
                ),
                ask=("Is an update planned?", "Do you know about this?", "How can I get it to work again?"),
            ),
            Story(
                cases=(
                    (
                        "[Emails|Reminders] arrive twice",
                        "Every reminder email from Tallybird reaches us two or three times.",
                    ),
                    (
                        "Reminder at 3 am",
                        "The reminder to fill in the timesheet has come at three in the night {since}.",
                        "It is set to five in the afternoon.",
                    ),
                    (
                        "Dates off by one",
                        "All dates in the {page} are one day off for colleagues in another time zone.",
                    ),
                    (
                        "Comments go to the wrong people",
                        "Comments notify people who are not even in the project.",
                    ),
                ),
                detail=(
                    "I checked the settings and they are correct.",
                    "We have {n} people who are quite annoyed.",
                    "It began {started}.",
                ),
                ask=(
                    "Could you look into that?",
                    "How do we stop this?",
                    "Is it a setting that I have missed?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Entries [disappear|jump back]",
                        "Entries that I drag to another day [disappear|jump back after a reload].",
                    ),
                    (
                        "A week of entries is gone",
                        "A whole week of entries has vanished from the {page}.",
                        "I am sure that they were saved.",
                    ),
                    (
                        "Lost changes",
                        "If two of us edit the same task, the changes of one get lost.",
                    ),
                    (
                        "Archived projects come back",
                        "Archived projects come back by themselves and clutter the {page}.",
                    ),
                ),
                detail=(
                    "The history shows nothing.",
                    "It happened to {name} as well.",
                    "I made a short video of it.",
                ),
                ask=("Can you repair that?", "Please treat this as urgent.", "What is going on?"),
            ),
        ),
    ),
    "login": Topic(
        size=340,
        tiers=ANYBODY,
        mentions=("billing", "bug", "feature_request", "integration", "cancellation", "security"),
        headings=("Login problem", "[Cannot log in|Sign-in]", "Access to an account"),
        plainly=(
            "It is a login problem.",
            "This is about [logging in|signing in].",
            "It is about getting into an account.",
            "We have trouble with the login.",
        ),
        stories=(
            Story(
                cases=(
                    (
                        "[Forgot my password|No reset email]",
                        "I forgot my password and the reset email does not arrive.",
                        "I looked in the spam folder.",
                    ),
                    (
                        "Reset link expired",
                        "The link in the password reset mail says that it has [expired|already been used].",
                        "I clicked on it at once.",
                    ),
                    (
                        "New password refused",
                        "I set a new password and it is [refused|not accepted either].",
                        "Caps lock is off, I promise.",
                    ),
                    (
                        "Password reset for {name}",
                        "Please reset the password for {name}, who is back from leave and cannot remember it.",
                    ),
                ),
                detail=(
                    "We tried it {few} times.",
                    "The address is spelled correctly.",
                    "It is needed today to hand in the hours.",
                ),
                ask=("Can you send a new link?", "How do we get into the account?", "Please set it by hand."),
            ),
            Story(
                cases=(
                    (
                        "New phone, no codes",
                        "I have a new phone and the two-factor codes were on the old one.",
                    ),
                    (
                        "Code not accepted",
                        "The six-digit code is rejected every time I log in[, although the clock is right|].",
                    ),
                    (
                        "Text message with the code",
                        "The text message with the login code [never comes|comes ten minutes too late].",
                    ),
                    (
                        "Recovery codes lost",
                        "I have lost the recovery codes and cannot get past the second step.",
                    ),
                ),
                detail=(
                    "I am the only admin of our workspace.",
                    "I can prove who I am.",
                    "It is the right account, I checked.",
                ),
                ask=(
                    "Can you turn two-factor off for me?",
                    "What do you need from me to let me in?",
                    "How can I set it up again?",
                ),
            ),
            Story(
                cases=(
                    (
                        "SAML certificate",
                        "Since our IT changed the certificate, single sign-on ends with 'invalid response'.",
                    ),
                    (
                        "SSO loop",
                        "SSO sends our people round in a circle and they never reach Tallybird.",
                    ),
                    (
                        "SSO: user not assigned",
                        "Half of our staff get 'user not assigned' when they sign in with SSO.",
                    ),
                    (
                        "Single sign-on after domain change",
                        "After the move to the new domain nobody can sign in through our identity provider.",
                    ),
                ),
                detail=(
                    "The metadata was uploaded again.",
                    "{n} people cannot work at the moment.",
                    "Other tools accept the same settings.",
                    "It worked until {last}.",
                ),
                ask=(
                    "Could you look at your logs?",
                    "Can we have a call with somebody technical?",
                    "What has to be set on our side?",
                ),
                tiers=("enterprise",),
            ),
            Story(
                cases=(
                    (
                        "Account locked",
                        "My account is locked after [too many|three] attempts.",
                        "I have waited for an hour, as it says.",
                    ),
                    (
                        "Locked out",
                        "I am locked out and the page only says 'try again later'.",
                    ),
                    (
                        "Account not found",
                        "The login page says 'no account with this address' although I have used it for years.",
                    ),
                    (
                        "User inactive",
                        "My user was set to inactive and now I cannot sign in any more.",
                    ),
                ),
                detail=(
                    "My colleagues get in without trouble.",
                    "I have to hand in my hours by {day}.",
                    "I tried {browser} and {device}.",
                ),
                ask=("Please unlock it.", "How do I get in again?", "Can you open it for me?"),
            ),
            Story(
                cases=(
                    (
                        "Invitation expired",
                        "The invitation for {name} has expired and I cannot send another.",
                    ),
                    (
                        "New colleague cannot get in",
                        "{name} joined us on {day} and gets 'access denied' with the link from the invitation.",
                    ),
                    (
                        "Invite leads to the wrong workspace",
                        "{name} accepted our invite and landed in an empty workspace instead of ours.",
                    ),
                    (
                        "'Email already taken'",
                        "{name} sees 'this email is already taken' when trying to sign up with our invitation.",
                    ),
                ),
                detail=(
                    "We have a free seat.",
                    "We have checked the address.",
                    "We deleted the user and started again.",
                    "It worked for others last month.",
                ),
                ask=(
                    "Can you add {name} for us?",
                    "What are we doing wrong?",
                    "Please send a fresh invitation.",
                ),
            ),
            Story(
                cases=(
                    (
                        "Old email no longer exists",
                        "My account uses an address that no longer exists, so I cannot confirm the sign-in.",
                        "The old mailbox was closed in {month}.",
                    ),
                    (
                        "Admin has left",
                        "{name}, our only admin, has left and nobody can get into the admin account.",
                    ),
                    (
                        "Change of email address",
                        "I changed my email address and now neither the old nor the new one lets me in.",
                    ),
                    (
                        "Verify an old address",
                        "At sign-in [all|some] of us are asked to verify an old address that we cannot open.",
                        "Our mail domain has changed.",
                    ),
                ),
                detail=(
                    "I can write to you from the company domain.",
                    "We have the papers to prove that the workspace is ours.",
                ),
                ask=(
                    "Could you change the address for us?",
                    "What proof do you need?",
                    "How do we get access again?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Logged out all the time",
                        "I am logged out [every few minutes|after each click] and have to enter my password again.",
                    ),
                    (
                        "Login page loops",
                        "After I log in, the login page simply [loads again|comes back].",
                    ),
                    (
                        "Session expired",
                        "On {device} I get 'session expired' right after the login.",
                    ),
                    (
                        "Sign-in button",
                        "The sign-in button does nothing in {browser}, so I cannot get in.",
                    ),
                ),
                detail=(
                    "Cookies are allowed.",
                    "It began {started}.",
                    "I know that the password is right.",
                ),
                ask=("What can I do?", "Is that on your side?", "Please help me to get in."),
            ),
        ),
    ),
    "feature_request": Topic(
        size=260,
        tiers=ANYBODY,
        mentions=("billing", "bug", "login", "integration", "cancellation"),
        headings=("Feature request", "[A suggestion|Suggestion]", "[An idea|A wish]"),
        plainly=(
            "Just a suggestion.",
            "This is a feature request.",
            "I have a wish[, not a complaint|].",
            "I have an idea for a new feature.",
        ),
        stories=(
            Story(
                cases=(
                    (
                        "Dark mode",
                        "[It would be great to have|Please add] a dark mode.",
                        "I work late a lot.",
                    ),
                    (
                        "Compact view",
                        "Could the {page} have a compact view with more rows on the screen?",
                        "I scroll all day.",
                    ),
                    (
                        "Keyboard shortcuts",
                        "[I would love|We are missing] keyboard shortcuts to start and stop the timer.",
                    ),
                    ("Bigger font", "A larger font in the {page} would help [some of us|my tired eyes]."),
                ),
                detail=(
                    "Other tools have had it for years.",
                    "It need not be perfect.",
                    "Everybody in our team would be happy.",
                ),
                ask=("Is it planned?", "Would you consider it?", "Where can I vote for it?"),
            ),
            Story(
                cases=(
                    (
                        "Recurring client invoices",
                        "It would save us hours if client invoices could repeat every month by themselves.",
                        "At the moment I copy last month's by hand.",
                    ),
                    (
                        "Second currency",
                        "Could you add a second currency to client invoices?",
                        "Several of our clients are abroad.",
                    ),
                    (
                        "Idea for client invoices",
                        "We would like to [put a discount|show a deposit] on the invoices that we send to clients.",
                    ),
                    (
                        "Invoice numbers",
                        "Please let us choose the number with which client invoices begin.",
                    ),
                ),
                detail=(
                    "I am happy to test an early version.",
                    "We would even pay a little extra for it.",
                ),
                ask=("Is something like this coming?", "Is that on your list?", "What do you think?"),
            ),
            Story(
                cases=(
                    (
                        "Report by email",
                        "I wish the {report} could be sent to my boss by email every {day}.",
                        "Now I do it by hand.",
                    ),
                    ("Excel export", "Could the export to Excel keep the colours and the subtotals?"),
                    (
                        "Compare two months",
                        "An option to compare two months in the {report} would be very useful.",
                    ),
                    (
                        "More filters",
                        "It would be nice if the {report} could be filtered by tag and by person at once.",
                    ),
                ),
                detail=(
                    "A simple version would be enough.",
                    "Most of it is there already.",
                    "{name} asked for the same thing last year.",
                ),
                ask=("Could you pass it on?", "Is there a chance?", "Do you have plans for this?"),
            ),
            Story(
                cases=(
                    (
                        "Approving hours",
                        "We would like a step in which a team lead approves the hours before they are billed.",
                    ),
                    ("A new role", "Please add a role that may see reports but not the rates."),
                    (
                        "Lock a month",
                        "It would help if we could lock a month, so that nobody can change old entries.",
                    ),
                    (
                        "Timesheet for others",
                        "Could you let admins fill in the timesheet for people who are ill?",
                    ),
                ),
                detail=(
                    "Our auditors keep asking.",
                    "With {n} people it gets out of hand.",
                    "It would make the {tier} plan much more useful for us.",
                ),
                ask=("Is this something you would build?", "When could we expect it?", "Any plans?"),
            ),
            Story(
                cases=(
                    (
                        "Passkeys",
                        "Please support passkeys, so that we can do without passwords.",
                        "People keep writing passwords on sticky notes.",
                    ),
                    (
                        "Sign in with a fingerprint",
                        "It would be nice to sign in on the phone with a fingerprint.",
                    ),
                    ("SSO for smaller plans", "Could single sign-on be offered on the smaller plans, too?"),
                    (
                        "Stay signed in",
                        "I would like an option to stay signed in for a month on my own computer.",
                    ),
                ),
                detail=(
                    "Logging in works, it is just tedious.",
                    "Our other tools do this already.",
                    "I know that it is a lot of work.",
                ),
                ask=("Is it on the roadmap?", "Would that be possible?", "Just a wish!"),
            ),
            Story(
                cases=(
                    (
                        "Offline mode",
                        "An offline mode in the app would be wonderful.",
                        "I spend half the week on building sites without a network.",
                    ),
                    ("Widget", "Could the mobile app get a widget to start the timer?"),
                    (
                        "Photos of receipts",
                        "Please make it possible to photograph receipts and add them to a project.",
                    ),
                    ("Dictation", "I would love to dictate entries on {device}."),
                ),
                detail=(
                    "I write it on paper and type it in at home.",
                    "The app is otherwise very good.",
                    "A first simple version would do.",
                ),
                ask=("Are you working on that?", "Please think about it.", "Could that be done?"),
            ),
            Story(
                cases=(
                    ("Connect to our CRM", "It would be great if Tallybird could talk to our CRM."),
                    (
                        "More from the calendar",
                        "Could the calendar sync also carry the colours and the notes?",
                    ),
                    (
                        "API for budgets",
                        "We would like an API call that returns the remaining budget of a project.",
                        "I have read the documentation and it is not there.",
                    ),
                    (
                        "Pause a plan",
                        "Please add a way to pause a subscription over the summer, as gyms do.",
                        "Seasonal businesses like ours would be grateful.",
                    ),
                ),
                detail=("It is the one thing we miss.", "We could help to test it."),
                ask=("Is anything like that planned?", "Could you add it?", "Who decides about such things?"),
            ),
        ),
    ),
    "refund": Topic(
        size=220,
        tiers=PAYING,
        mentions=("bug", "login", "integration"),
        headings=("Refund[ request|]", "Money back", "Please refund"),
        plainly=(
            "It is about a refund.",
            "We want our money back.",
            "This is a request for a refund.",
            "It is about a payment that should be returned.",
        ),
        stories=(
            Story(
                cases=(
                    (
                        "Forgot to cancel the trial",
                        "I forgot to cancel the trial and was charged {amount}; [can I have it back|please refund it].",
                    ),
                    (
                        "Trial turned into a paid plan",
                        "The trial became a paid plan overnight and I would like my {amount} back.",
                        "There was no reminder.",
                    ),
                    (
                        "Charged after the trial",
                        "I never wanted the paid plan, so please return the {amount} you took after the trial.",
                    ),
                    ("Only a trial", "Please reverse the payment of {amount}, I only meant to try it out."),
                ),
                detail=(
                    "I have not used it since.",
                    "It has been only two days.",
                    "I cancelled as soon as I saw the charge.",
                ),
                ask=("When will I see the money?", "I hope that is possible.", "Please confirm the refund."),
            ),
            Story(
                cases=(
                    (
                        "[Charged|Billed] twice in {month}",
                        "Our card was charged twice in {month} and I would like the second {amount} back.",
                        "Our billing page lists only one payment.",
                    ),
                    (
                        "Invoice {invoice} paid twice",
                        "We paid invoice {invoice} by card and by transfer; please send one of the two back.",
                    ),
                    ("Duplicate charge", "Please refund the duplicate charge of {amount} from {month}."),
                    (
                        "You took too much",
                        "You took {amount} too much in {month} and we want to be paid back.",
                        "The price we agreed was lower.",
                    ),
                ),
                detail=(
                    "The bank statement is attached.",
                    "A credit note will not do for our books.",
                    "The same happened to us a year ago.",
                ),
                ask=("How long does a refund take?", "Please do so by {day}.", "To which card will it go?"),
            ),
            Story(
                cases=(
                    (
                        "Yearly plan by mistake",
                        "I clicked on yearly by mistake, please undo it and return the {higher}.",
                        "The buttons are very close together.",
                    ),
                    (
                        "Ordered too many seats",
                        "I bought {n} seats too many and would like a refund for those.",
                    ),
                    (
                        "Upgrade by mistake",
                        "{name} upgraded us to the {tier} plan without asking; can the payment be reversed?",
                    ),
                    (
                        "Paid for two workspaces",
                        "We ended up with two workspaces and want the money for the unused one back.",
                    ),
                ),
                detail=("I noticed it at once.", "Nobody has made use of it.", "It was an honest mistake."),
                ask=("What do you need from us?", "Can the money be returned?", "I would be very grateful."),
            ),
            Story(
                cases=(
                    (
                        "Not what we expected",
                        "Tallybird does not do what we hoped for, and we would like to use the money-back guarantee.",
                    ),
                    (
                        "Reports not usable",
                        "The reports are not usable for us and I am asking for our {amount} back.",
                    ),
                    (
                        "30 day guarantee",
                        "Your website promises our money back within 30 days, and I would like to take you up on that.",
                    ),
                    (
                        "App too slow for us",
                        "The app is too slow for us, so please refund this month.",
                    ),
                ),
                detail=(
                    "We signed up two weeks ago.",
                    "We went back to our spreadsheet.",
                    "We have given it a fair try.",
                ),
                ask=(
                    "How do we go about it?",
                    "Please tell me the next step.",
                    "Is a form needed for the refund?",
                ),
            ),
            Story(
                cases=(
                    ("Refund not arrived", "You promised a refund in {month} and nothing has arrived."),
                    (
                        "Where is our refund?",
                        "The refund of {amount} still does not show on our card.",
                        "The card that we paid with no longer exists.",
                    ),
                    (
                        "Still waiting for the money",
                        "We were told that the money would be returned within ten days, that was in {month}.",
                    ),
                    ("Half of the refund", "Only half of the amount that was to be returned has come back."),
                ),
                detail=(
                    "The bank knows nothing about it.",
                    "This is my third message about it.",
                    "{name} from your team confirmed it.",
                ),
                ask=("Where is the money?", "Can you check the refund?", "Please send a proof of payment."),
            ),
            Story(
                cases=(
                    (
                        "Charged after cancellation",
                        "We cancelled in {month} and {amount} was still taken, please pay it back.",
                    ),
                    (
                        "Still charged",
                        "The subscription ended in {month}, yet you charged us again and I want that money returned.",
                    ),
                    (
                        "Account closed, card charged",
                        "I closed my account and was charged for another year; I expect the {higher} back.",
                    ),
                    (
                        "Renewal although cancelled",
                        "Please refund the renewal, we had cancelled before the date.",
                        "The renewal email came after the charge.",
                    ),
                ),
                detail=(
                    "I have the confirmation of the cancellation.",
                    "Otherwise I will have to ask my bank to reverse it.",
                ),
                ask=("Please settle this quickly.", "When can we expect the money?", "I am rather annoyed."),
            ),
            Story(
                cases=(
                    (
                        "Three days without reports",
                        "The {report} was down for three days and we expect part of the fee back.",
                    ),
                    (
                        "Credit for {month}",
                        "Because of the crashes in {month} we could hardly work, so please refund that month.",
                    ),
                    (
                        "Money back for the outage",
                        "Under our contract an outage like the one on {day} means money back.",
                        "Your status page confirms it.",
                    ),
                    (
                        "Compensation",
                        "We lost two working days through your bug and would like part of the payment returned.",
                    ),
                ),
                detail=(
                    "{n} people sat idle.",
                    "We pay {amount} a month and had nothing for it.",
                    "It works again now.",
                ),
                ask=("What can you offer?", "How is that worked out?", "How much will you return?"),
            ),
        ),
    ),
    "cancellation": Topic(
        size=160,
        tiers=PAYING,
        mentions=("billing", "bug", "login", "integration"),
        headings=("Cancellation", "[We want to cancel|Cancel]", "Ending [our plan|our subscription]"),
        plainly=(
            "It is about our cancellation.",
            "We want to [cancel|stop].",
            "It is about ending [a plan|a subscription].",
            "This is about a cancellation.",
        ),
        stories=(
            Story(
                cases=(
                    (
                        "Cancel our subscription",
                        "Please cancel our subscription [at the end of {month}|as soon as possible].",
                    ),
                    ("We are leaving", "We have moved to another tool and no longer need Tallybird."),
                    (
                        "Ending our contract",
                        "We have decided to end our contract [with you|after this term].",
                    ),
                    (
                        "Too expensive",
                        "It has become too expensive for us at {higher}, so we want to cancel.",
                    ),
                ),
                detail=(
                    "It was a good time, our needs have changed.",
                    "All {n} seats can go.",
                    "{name}, who used it most, has left.",
                ),
                ask=(
                    "Please confirm the cancellation.",
                    "Is there a notice period?",
                    "What happens to the data?",
                ),
            ),
            Story(
                cases=(
                    ("Where do I cancel?", "I cannot find the button to cancel the plan."),
                    (
                        "Cancel page gives an error",
                        "The cancel page gives an error, so I am cancelling by email.",
                    ),
                    (
                        "Only the owner may cancel",
                        "Only the owner may cancel, it says, but the owner has left; we want to end the plan.",
                    ),
                    (
                        "How to close the account",
                        "How can I close our account? I do not see it in the settings.",
                    ),
                ),
                detail=(
                    "I looked under billing and under members.",
                    "I am an admin of the workspace.",
                    "It should not be this hard.",
                ),
                ask=("Can you do it for us?", "How do we get out?", "Please take this as our notice."),
            ),
            Story(
                cases=(
                    ("Do not renew in {month}", "Please do not renew our plan in {month}."),
                    (
                        "Stop automatic renewal",
                        "I would like to switch off the automatic renewal, we will not go on next year.",
                    ),
                    (
                        "Plan ends in {month}",
                        "Our yearly plan runs until {month} and we do not want to extend it.",
                    ),
                    ("No renewal, please", "This is to give notice that we will not be renewing."),
                ),
                detail=(
                    "No payment should be taken after that.",
                    "We have no more use for it.",
                    "Please leave it open until then.",
                ),
                ask=(
                    "Please confirm in writing.",
                    "Is anything else needed to cancel?",
                    "Until when can we export?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Close workspace and delete data",
                        "We are done with Tallybird; please close the workspace and delete our data.",
                    ),
                    ("Delete my account", "Please delete my account and [everything in it|all projects]."),
                    (
                        "Company is closing",
                        "Our company is closing at the end of {month} and the account should go, too.",
                    ),
                    (
                        "Close a second workspace",
                        "I started a second workspace by accident and want it closed.",
                        "The other workspace stays.",
                    ),
                ),
                detail=("We have exported what we need.", "The privacy rules require a confirmation."),
                ask=(
                    "How long will it take?",
                    "Please let me know when it is closed.",
                    "Do I have to sign anything?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Back to the free plan",
                        "We want to give up the {tier} plan and go back to the free one.",
                    ),
                    (
                        "Project is over",
                        "The project for which we needed it is over, so we would like to stop the plan after {month}.",
                    ),
                    ("End the paid plan", "Can we end the paid plan but keep our account to look things up?"),
                    (
                        "Stop for a while",
                        "We will take a break from {month} on and want to stop the subscription until then.",
                    ),
                ),
                detail=(
                    "We may come back next year.",
                    "The old timesheets should stay readable.",
                ),
                ask=("What would we lose?", "How do I do that?", "From when would that count?"),
            ),
            Story(
                cases=(
                    ("Still active?", "I cancelled in {month} and the plan still shows as active."),
                    (
                        "No confirmation",
                        "We sent our notice two weeks ago and have had no confirmation of the cancellation.",
                    ),
                    (
                        "Was our cancellation received?",
                        "Your system says that the subscription goes on until next year although I cancelled it.",
                    ),
                    (
                        "Cancelled, and welcomed",
                        "I pressed cancel, and got an email that welcomes me to another year.",
                    ),
                ),
                detail=(
                    "No new invoice has come so far.",
                    "I have a screenshot.",
                    "I want to be sure before the next payment.",
                ),
                ask=(
                    "Please make sure that it is over.",
                    "Did you get our notice?",
                    "Is it cancelled or not?",
                ),
            ),
        ),
    ),
    "integration": Topic(
        size=120,
        tiers=ANYBODY,
        mentions=("billing", "bug", "login", "feature_request", "cancellation", "security"),
        headings=("Integration[s| question]", "Connection to other software", "Question about integrations"),
        plainly=(
            "It is about one of your integrations.",
            "This is a question about [an integration|integrations].",
            "It is about the connection between Tallybird and another program.",
            "It is about getting data from one program to another.",
        ),
        stories=(
            Story(
                cases=(
                    ("Calendar sync", "The calendar sync has [stopped|been stuck {since}]."),
                    ("Meetings missing", "Meetings from our shared calendar no longer arrive in Tallybird."),
                    ("Appointments twice", "Appointments that come over from my calendar are there twice."),
                    (
                        "Cannot connect calendar",
                        "Connecting the calendar ends with 'permission denied' although I agreed to everything.",
                    ),
                ),
                detail=(
                    "I disconnected the calendar and connected it again.",
                    "The others in the team have no trouble.",
                    "It says 'last synced in {month}'.",
                ),
                ask=("How can I restart the sync?", "Could you look at the connection?", "What can I try?"),
            ),
            Story(
                cases=(
                    ("Webhook not called", "Our webhook has not been called {since}."),
                    (
                        "Webhook without project",
                        "The webhook for new entries arrives without the project field.",
                    ),
                    ("Events sent three times", "Your webhook sends each event three times to our server."),
                    (
                        "Webhook signature",
                        "The signature of the webhook does not match what the documentation says.",
                    ),
                ),
                detail=(
                    "Our endpoint answers 200 at once.",
                    "We have not changed our code.",
                    "With the test button it is right.",
                ),
                ask=(
                    "What are we missing?",
                    "Is there a newer version of the API?",
                    "Can you see our endpoint?",
                ),
            ),
            Story(
                cases=(
                    ("429 from the API", "The API answers 429 after {n} requests, what is the limit?"),
                    ("Read-only token", "How do I get an API token that may only read?"),
                    ("401 from the API", "Our script gets 401 from the API since the token was renewed."),
                    (
                        "Next page of the API",
                        "The API returns only the first hundred entries and I do not see how to get the next page.",
                    ),
                ),
                detail=(
                    "We fetch the timesheet once an hour.",
                    "The documentation does not mention it.",
                    "It is for a small Python script.",
                ),
                ask=("An example would help.", "Who knows more about the API?", "Is that documented?"),
            ),
            Story(
                cases=(
                    ("Import stops", "The import of our old timesheets stops at row {n} without saying why."),
                    (
                        "CSV import",
                        "How must a CSV file look so that clients and rates are imported, too?",
                    ),
                    ("Import swaps dates", "The importer reads our dates with day and month swapped."),
                    (
                        "Bringing old data over",
                        "We want to bring five years of projects over from another tool, how is that done best?",
                    ),
                ),
                detail=(
                    "There are about nine thousand lines.",
                    "The file was saved with Excel.",
                    "I can send you the file.",
                ),
                ask=(
                    "Could you import it for us?",
                    "Is there a template for the import?",
                    "What do you advise?",
                ),
            ),
            Story(
                cases=(
                    (
                        "Invoices not transferred",
                        "Client invoices are no longer passed on to our accounting software.",
                    ),
                    (
                        "Bookkeeping sync sends twice",
                        "The connection to our bookkeeping sends each client invoice twice.",
                    ),
                    (
                        "Tax code missing",
                        "When the accounting software fetches invoices from Tallybird, the tax code is missing.",
                    ),
                    (
                        "Accounting connection",
                        "Since we changed the password of our bookkeeping program, its link to Tallybird is dead.",
                    ),
                ),
                detail=(
                    "Our accountant types them in by hand now.",
                    "The log says 'mapping not found'.",
                    "The people who make the other program say that it is on your side.",
                ),
                ask=(
                    "How do we connect it again?",
                    "Is the connection still supported?",
                    "Where is the mapping?",
                ),
            ),
            Story(
                cases=(
                    ("Chat bot is silent", "The Tallybird bot no longer posts in our chat channel."),
                    (
                        "Bot for two workspaces",
                        "How can the chat bot be connected to more than one workspace?",
                    ),
                    (
                        "/track says 'not linked'",
                        "The /track command in our chat answers 'not linked' for some colleagues.",
                    ),
                    (
                        "Bot posts everywhere",
                        "The bot posts every entry to the whole company and I cannot restrict it to a channel.",
                    ),
                ),
                detail=(
                    "Removing the bot and adding it again did not help.",
                    "Our chat admin has approved the connection.",
                    "{name} set it up and is not here any more.",
                ),
                ask=("What can we try?", "How is it set up?", "Please advise."),
            ),
        ),
    ),
    "security": Topic(
        size=40,
        tiers=ANYBODY,
        mentions=("billing", "bug", "login", "integration"),
        headings=("Security[ question|]", "Possible security problem", "Security of our account"),
        plainly=(
            "This may be a security problem.",
            "I am worried about our data.",
            "It is about the security of our account.",
            "Please pass this to your security people.",
        ),
        stories=(
            Story(
                cases=(
                    (
                        "Unknown sign-in",
                        "I got an email about a sign-in from a country where none of us has ever been.",
                        "The address belongs to a data centre.",
                    ),
                    (
                        "Someone logged in as me",
                        "Somebody has logged in to my account at night, and it was not me.",
                        "Some projects were opened.",
                    ),
                    (
                        "Unknown device",
                        "There is a device in my list of sessions that does not belong to us.",
                    ),
                    (
                        "Was this you?",
                        "The email address in my profile was changed and I did not do it.",
                    ),
                ),
                detail=("I have changed my password at once.", "Two-factor is on."),
                ask=(
                    "What did they see?",
                    "Can you end all sessions?",
                    "Please tell me whether data was taken.",
                ),
            ),
            Story(
                cases=(
                    (
                        "Fake invoice",
                        "We received a fake invoice in your name with another bank account.",
                    ),
                    (
                        "Strange email in your name",
                        "Somebody is sending emails that look like yours and ask for our password.",
                    ),
                    (
                        "Password typed into a fake page",
                        "{name} typed the password into a page that only looked like Tallybird.",
                    ),
                    (
                        "Phishing?",
                        "Is the mail about a failed payment really from you, or is it phishing?",
                    ),
                ),
                detail=("The domain is one letter off.", "The link leads to an odd address."),
                ask=("What should we do?", "Please warn the others.", "Can you check that address?"),
            ),
            Story(
                cases=(
                    ("API key made public", "A colleague published our API key in a public repository."),
                    (
                        "I can see other companies' invoices",
                        "By changing the number in the address I can see invoices of other companies.",
                    ),
                    ("Vulnerability", "A comment field in the {page} runs scripts that one types into it."),
                    (
                        "Old link still works",
                        "A person who left us in {month} can still open our projects with an old link.",
                    ),
                ),
                detail=(
                    "We have not told anybody else.",
                    "Our data protection officer wants to know.",
                    "I found it by chance.",
                ),
                ask=(
                    "Whom may I tell the details?",
                    "Please close it quickly.",
                    "Has it been used by strangers?",
                ),
            ),
        ),
    ),
}

# Said in passing about a topic that the ticket is not about.
MENTIONS: dict[str, Sequence[str]] = {
    "billing": (
        "The invoice for {month} has been paid, by the way.",
        "We pay {amount} a month for {n} seats.",
        "Last year I wrote to you about the VAT on our invoice and that was solved quickly.",
        "The last payment was charged on {day}, in case you ask.",
        "Our billing address is the same as before.",
    ),
    "bug": (
        "The crash I reported in {month} is gone, thank you.",
        "The wrong totals in the {report} are another matter, I will write again about those.",
        "There was an error message in the {page} the other day as well, but that is another matter.",
        "The {page} was slow and did not load last week, that has passed.",
    ),
    "login": (
        "I can log in without any trouble.",
        "Logging in works on {device}, too.",
        "I was locked out of my account in {month}, you sorted that out.",
        "{other} has an admin login as well, if you need one.",
        "The password reset that I asked for in {month} worked.",
    ),
    "feature_request": (
        "A dark mode would be nice one day, but that is not why I am writing.",
        "My wish for keyboard shortcuts can wait.",
        "Thank you for adding the new filters in the {report}, we had wished for those.",
        "I once suggested a better export, maybe you remember.",
    ),
    "refund": (
        "I am not asking for a refund.",
        "We do not want any money back[, just an answer|].",
        "The refund you sent us in {month} arrived, thanks.",
        "You kindly returned a payment to us once before.",
    ),
    "cancellation": (
        "We are not thinking of cancelling.",
        "I would hate to cancel over this.",
        "It is no reason to end our subscription, but still.",
        "We had nearly cancelled in {month} and are glad that we stayed.",
    ),
    "integration": (
        "The calendar sync works well, by the way.",
        "We use the API and the webhook, too, and those are fine.",
        "We do not use the import or any connection to other software.",
        "Our accounting software is connected, if that matters.",
    ),
    "security": (
        "Our security people insist that I do not send [passwords|card numbers] by email.",
        "I got a phishing mail in your name in {month}, but this is something else.",
        "Our data protection officer reads along in copy.",
    ),
}

# An older message that is settled, quoted in full: the ticket itself is about something else.
SETTLED: Sequence[str] = (
    'My earlier message ("{quote}") has been answered, this is something new.',
    'In {month} I wrote "{quote}" and that is settled now.',
    'You can close my last ticket ("{quote}").',
    'Thank you for the quick answer to "{quote}", that one is solved.',
)
QUOTABLE = ("billing", "bug", "login", "feature_request", "integration")

BACKGROUND: Sequence[str] = (
    "I work for a small [architects' office|agency|law firm|film studio|school].",
    "I hope this is the right address.",
    "I hope you are well.",
    "Sorry if this has been asked before.",
    "I tried the chat first, but nobody was there.",
    "I tried to call you, but could not get through.",
    "English is not my first language, sorry for any mistakes.",
    "We are on the {tier} plan.",
)
PLEA: Sequence[str] = (
    "Could you look into this?",
    "Please get back to me [soon|by {day}|when you can].",
    "Please let me know.",
    "I look forward to your answer.",
    "You can also call me.",
    "Who can [tell me more|take care of this]?",
)
GREETING: Sequence[str] = (
    "Hi,",
    "Hello,",
    "Hi there,",
    "Hey,",
    "Good morning,",
    "Dear support team,",
    "Hello Tallybird team,",
    "Dear Sir or Madam,",
)
FAREWELL: Sequence[str] = (
    "Thanks!",
    "Thank you",
    "Thanks, {writer}",
    "Best regards, {writer}",
    "Kind regards, {writer}",
    "Cheers, {writer}",
    "Many thanks in advance, {writer}",
    "{writer}",
)
VAGUE_SUBJECT: Sequence[str] = (
    "Question",
    "Help [needed|please]",
    "Quick question",
    "[About|Question about] our account",
    "Please read",
    "Support request",
    "Tallybird",
    "Re: your message",
    "To the support team",
    "Need an answer by {day}",
    "Our workspace",
    "Message from {writer}",
)

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
REPORTS = ("weekly report", "monthly overview", "budget report", "team report", "client report")
PAGES = ("weekly report", "timesheet", "project board", "client list", "monthly overview", "budget page")
BROWSERS = ("Chrome", "Firefox", "Safari", "Edge")
DEVICES = ("my phone", "my tablet", "my iPad", "my Android phone", "my iPhone")
STARTED = ("last week", "on {day}", "yesterday", "in {month}", "with the last update", "a few days ago")
SINCE = ("since {day}", "since the last update", "for a few days", "for a week now", "since yesterday")
LAST = ("the last update", "{day}", "last week", "the weekend")
NAMES = (
    *("Amara", "Björn", "Chidi", "Daria", "Emil", "Farah", "Goran", "Hana", "Inés", "Jonas", "Kofi", "Leila"),
    *("Marek", "Nadia", "Olek", "Priya", "Quentin", "Rosa", "Søren", "Tomás", "Uma", "Viktor", "Wren", "Zoë"),
)
PRICES = (
    *(("$29", "$39"), ("$49", "$59"), ("$120", "$149"), ("$310", "$365")),
    *(("€18", "€24"), ("€79", "€95"), ("€240", "€290"), ("£15", "£19"), ("£64", "£72"), ("£180", "£210")),
)


def tell(rng: Random, sentence: str, slots: dict[str, str]) -> str:
    """Choose one part of every `[a|b]` and fill in the `{slots}`."""
    chosen = re.sub(r"\[([^\]]*)\]", lambda found: rng.choice(found[1].split("|")), sentence)
    return chosen.format_map(slots)


def circumstances(rng: Random, tier: str) -> dict[str, str]:
    """The values of the slots, one set for a whole ticket."""
    amount, higher = rng.choice(PRICES)
    name, other, writer = rng.sample(NAMES, 3)
    slots = {
        "tier": tier,
        "amount": amount,
        "higher": higher,
        "name": name,
        "other": other,
        "writer": writer,
        "month": rng.choice(MONTHS),
        "day": rng.choice(DAYS),
        "n": str(rng.randint(6, 60)),
        "few": rng.choice(("three", "four", "five")),
        "invoice": f"INV-{rng.randint(10_000, 99_999)}",
        "report": rng.choice(REPORTS),
        "page": rng.choice(PAGES),
        "browser": rng.choice(BROWSERS),
        "device": rng.choice(DEVICES),
    }
    slots["started"] = rng.choice(STARTED).format_map(slots)
    slots["since"] = rng.choice(SINCE).format_map(slots)
    slots["last"] = rng.choice(LAST).format_map(slots)
    return slots


def mistype(rng: Random, text: str) -> str:
    """Swap, drop or double a letter in one or two of the longer words."""
    words = text.split(" ")
    places = [at for at, word in enumerate(words) if len(word) > 4 and word.isascii() and word.isalpha()]
    for at in rng.sample(places, min(len(places), rng.randint(1, 2))):
        word, i = words[at], rng.randint(1, len(words[at]) - 3)
        words[at] = rng.choice(
            (
                word[:i] + word[i + 1] + word[i] + word[i + 2 :],
                word[:i] + word[i + 1 :],
                word[:i] + word[i] + word[i:],
            )
        )
    return " ".join(words)


def mention(rng: Random, topic: Topic, slots: dict[str, str]) -> tuple[str, str]:
    """A sentence about another topic, and the subject of the older ticket that it quotes (or nothing)."""
    tier = slots["tier"]
    # Who pays nothing has no bills to speak of.
    other = rng.choice([other for other in topic.mentions if tier in TOPICS[other].tiers])
    if other not in QUOTABLE or rng.random() < 0.15:
        return rng.choice(MENTIONS[other]), ""
    story = rng.choice([story for story in TOPICS[other].stories if not story.tiers or tier in story.tiers])
    subject, problem, *_ = rng.choice(story.cases)
    slots["quote"] = tell(rng, problem, slots)
    return rng.choice(SETTLED), f"Re: {subject}"


def write_ticket(rng: Random, name: str) -> Ticket:
    """One customer's ticket about the topic `name`."""
    topic = TOPICS[name]
    story = rng.choice(topic.stories)
    slots = circumstances(rng, tier=rng.choice(story.tiers or topic.tiers))
    subject, problem, *details = rng.choice(story.cases)
    details += story.detail

    def happens(probability: float) -> bool:
        return rng.random() < probability

    if happens(0.12):
        sentences = [problem]
    else:
        passing, old_subject = mention(rng, topic, slots) if happens(0.35) else ("", "")
        if old_subject and happens(0.8):
            subject = old_subject
        sentences = [
            *([rng.choice(BACKGROUND)] if happens(0.3) else []),
            *([rng.choice(topic.plainly)] if happens(0.6) else []),
            problem,
            *rng.sample(details, rng.choice((0, 1, 1, 2))),
            *([passing] if passing else []),
            *([rng.choice(story.ask if happens(0.6) else PLEA)] if happens(0.7) else []),
        ]
    if happens(0.5):
        sentences.insert(0, rng.choice(GREETING))
    if happens(0.5):
        sentences.append(rng.choice(FAREWELL))
    if happens(0.45):
        subject = rng.choice(VAGUE_SUBJECT if happens(0.5) else topic.headings)

    subject = tell(rng, subject, slots)
    subject = subject[0].upper() + subject[1:]
    body = " ".join(tell(rng, sentence, slots) for sentence in sentences)
    if happens(0.2):
        body = mistype(rng, body)
    if happens(0.08):
        subject, body = subject.lower(), body.lower()
    return Ticket(subject, body, slots["tier"], name)


def write_tickets(seed: int) -> list[Ticket]:
    """All tickets in the order of the files, no body twice."""
    rng = Random(seed)
    tickets: dict[str, Ticket] = {}
    for name, topic in TOPICS.items():
        wanted = len(tickets) + topic.size
        while len(tickets) < wanted:
            ticket = write_ticket(rng, name)
            tickets.setdefault(ticket.body.casefold(), ticket)
    ordered = list(tickets.values())
    rng.shuffle(ordered)
    return ordered


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A CSV file with the same bytes on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Write both files into `folder`."""
    tickets = {f"T-{number:05}": ticket for number, ticket in enumerate(write_tickets(SEED), start=1)}
    pool = ((key, ticket.subject, ticket.body, ticket.tier) for key, ticket in tickets.items())
    write_csv(folder / "tickets.csv", ("id", "subject", "body", "tier"), pool)
    answers = ((key, ticket.topic) for key, ticket in tickets.items())
    write_csv(folder / "answers.csv", ("id", "topic"), answers)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
