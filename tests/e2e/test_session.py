"""The milter without a mail server around it: this test speaks Postfix's part itself, and says what Postfix would never say."""

import itertools
import uuid

import mail
from milter_client import (ADD_HEADERS, ALL_ACTIONS, ALL_PROTOCOL, CHANGE_BODY, CHANGE_HEADERS, CONTINUE, DELETE_RECIPIENTS, DISCARD,
                           LARGE_PACKETS, LEADING_BLANK, SET_MACROS, UNANSWERED)
from session import Session, greeting
from story import CRM, RELATIONAL, STRANGER, STREAMS, TWO_A_WEEK

BRANCH = "desk@branch.example"  # a stream for clients of one network alone
APP = "robot@app.example"  # a stream for one login alone

# What servers offer that wait for no answer to a piece of body, for one to each, and for one to everything that they say.
SERVERS = {"hasty": ALL_PROTOCOL, "patient": ALL_PROTOCOL & ~UNANSWERED[b"B"], "old": LEADING_BLANK}

UNFILLABLE = b" {{customer.nothing}}"  # a subject that keeps any message in custody, where its bytes can be looked at

STREAMS_BY_ORIGIN = """
stream "branch" { sender = {"*@branch.example"}  client = {"192.0.2.*", "2001:db8::*"} }
stream "app" { sender = {"*@app.example"}  login = {"robot"} }
"""


class Negotiation(Session):

    def test_it_asks_for_what_it_uses_and_for_no_more(self):
        client = self.negotiate()
        self.assertEqual(6, client.version)
        self.assertEqual(ADD_HEADERS | CHANGE_HEADERS | CHANGE_BODY | DELETE_RECIPIENTS | SET_MACROS, client.actions)
        self.assertTrue(client.protocol & LEADING_BLANK)
        self.assertEqual([["i"], ["{auth_authen}"]], sorted(client.macros.values()))

    def test_a_server_that_offers_too_little_is_refused_and_the_log_says_so(self):
        too_little = [{"version": 2, "actions": 0x3F, "protocol": 0x7F}]
        for protocol in (ALL_PROTOCOL & ~LEADING_BLANK, 0):
            too_little.append({"protocol": protocol})
        for action in (ADD_HEADERS, CHANGE_BODY, DELETE_RECIPIENTS, CHANGE_HEADERS):
            too_little.append({"actions": ALL_ACTIONS & ~action})
        for offer in too_little:
            with self.subTest(offer):
                said = len(self.site.milter.log())
                with self.assertRaises(ConnectionError):
                    self.negotiate(**offer)
                self.assertRegex(self.site.milter.log()[said:], r"error: .*milter protocol")
        self.assert_served(self.connect(), "anna@mail.example")

    def test_a_server_may_offer_more_or_less_than_postfix(self):
        offers = [LEADING_BLANK, ALL_PROTOCOL | LARGE_PACKETS, *(ALL_PROTOCOL & ~flag for flag in UNANSWERED.values())]
        for number, offer in enumerate(offers):
            with self.subTest(hex(offer)):
                client = self.connect(offer)
                self.assertEqual(0, client.protocol & ~offer)
                self.assert_served(client, "boris@mail.example", number)


class Collect(Session):
    """What is judged is what was said, to the byte."""

    def hold(self, address, fields=(), chunks=(), last=b"", protocol=ALL_PROTOCOL):
        """Says a message that is held; returns what custody has of it behind the subject."""
        client = self.connect(protocol)
        client.mail(f"<{CRM}>")
        client.rcpt(f"<{address}>")
        client.header("Subject", UNFILLABLE)
        for name, value in fields:
            client.header(name, value)
        client.end_of_headers()
        for chunk in chunks:
            client.body(chunk)
        self.assertEqual(DISCARD, client.end_of_message(last).reply)
        subject, _, rest = self.held_bytes(address).partition(b"\r\n")
        self.assertEqual(b"Subject:" + UNFILLABLE, subject)
        return rest

    def held_bytes(self, address):
        """The message in custody for this address, as it was put together."""
        [held] = self.site.held(address)
        folder = f"{self.site.root}/export"
        self.site.ctl("held", "export", folder)
        with open(f"{folder}/{held['id']}.eml", "rb") as file:
            return file.read()

    def test_a_chunk_may_split_a_newline(self):
        body = self.hold("split@mail.example", chunks=[b"one\r", b"\ntwo\r\n\r", b"\nthree"])
        self.assertEqual(b"\r\none\r\ntwo\r\n\r\nthree", body)

    def test_a_chunk_may_hold_nul(self):
        self.assertEqual(b"\r\n\0one\0\0\r\n\0", self.hold("nul@mail.example", chunks=[b"\0one\0", b"\0\r\n\0"]))

    def test_the_last_piece_may_come_with_the_end(self):
        for server, protocol in SERVERS.items():
            for chunks in ([], [b"one"], [b"one", b"two"]):
                with self.subTest(server, chunks=chunks):
                    address = f"last{len(chunks)}@{server}.example"
                    self.assertEqual(b"\r\n" + b"".join(chunks) + b"last", self.hold(address, (), chunks, b"last", protocol))

    def test_the_last_piece_that_comes_with_the_end_is_filled_in_too(self):
        for server, protocol in SERVERS.items():
            with self.subTest(server):
                address = f"filled@{server}.example"
                verdict = self.say_with_the_end(self.connect(protocol), CRM, address)
                self.assert_greeted(verdict, address)

    def test_mail_that_is_not_ours_stays_whole_where_its_last_piece_comes_with_the_end(self):
        for server, protocol in SERVERS.items():
            with self.subTest(server):
                verdict = self.say_with_the_end(self.connect(protocol), STRANGER, "anna@mail.example")
                self.assertEqual((CONTINUE, None, {}), (verdict.reply, verdict.body, verdict.added()))
                self.assert_no_field_changes(verdict)

    @staticmethod
    def say_with_the_end(client, sender, address):
        """Says a greeting from this sender, all of its body with the end of message."""
        head, _, body = greeting(address, headers=RELATIONAL if sender == CRM else ()).partition(b"\r\n\r\n")
        for _ in client.converse(sender, [address], head + b"\r\n\r\n"):
            pass
        return client.end_of_message(body)

    def assert_no_field_changes(self, verdict):
        """All that is removed are fields with so high a number that no message has them, as milter.c says."""
        for edit in verdict.edits:
            if edit.kind == "change":
                self.assertEqual(("Cadence-Id", 0x7FFFFFFF, b""), (edit.name, edit.index, edit.value))

    def test_there_may_be_no_body(self):
        for server, protocol in SERVERS.items():
            with self.subTest(server):
                self.assertEqual(b"\r\n", self.hold(f"bodiless@{server}.example", protocol=protocol))

    def test_a_body_may_come_in_hundreds_of_pieces(self):
        chunks = [b"%d\r\n" % number * (number % 7 + 1) for number in range(300)]
        for server, protocol in SERVERS.items():
            with self.subTest(server):
                self.assertEqual(b"\r\n" + b"".join(chunks), self.hold(f"pieces@{server}.example", (), chunks, b"", protocol))

    def test_there_may_be_nothing_at_all(self):
        client = self.connect()
        client.mail(f"<{CRM}>")
        client.rcpt("<nothing@mail.example>")
        self.assert_in_scope(client.end_of_message())

    def test_folds_become_newlines_of_mail_again(self):
        fields = [("X-Folded", b" one\n two\n\tthree\n  four")]
        self.assertEqual(b"X-Folded: one\r\n two\r\n\tthree\r\n  four\r\n\r\n", self.hold("folds@mail.example", fields))

    def test_a_value_keeps_the_blanks_that_it_has_and_gets_none(self):
        fields = [("X-None", b"value"), ("X-Two", b"  value "), ("X-Tab", b"\tvalue"), ("X-Empty", b""), ("X-Latin", b" z\xf3\xb3w")]
        self.assertEqual(b"".join(name.encode() + b":" + value + b"\r\n" for name, value in fields) + b"\r\n",
                         self.hold("blanks@mail.example", fields))

    def test_a_changed_value_keeps_its_missing_blank_too(self):
        client = self.connect()
        client.mail(f"<{CRM}>")
        client.rcpt("<unblanked@mail.example>")
        client.header("Subject", b"For {{customer.id}}")
        client.end_of_headers()
        [change] = [edit for edit in client.end_of_message().edits if edit.kind == "change"]
        self.assertEqual(("Subject", 1, b"For unblanked@mail.example"), (change.name, change.index, change.value))

    def test_an_address_may_come_bare_or_in_angle_brackets(self):
        for number, (sender, recipient) in enumerate(itertools.product((CRM, f"<{CRM}>"), ("{}", "<{}>"))):
            address = f"path{number}@mail.example"
            with self.subTest(sender=sender, recipient=recipient):
                self.hold_envelope([sender], [recipient.format(address)])
                [held] = self.site.held(address)
                self.assertEqual(CRM, self.site.json("held", "show", held["id"])["sender"])

    def test_the_null_sender_is_nobody_and_passes(self):
        client = self.connect()
        for argument in ("<>", ""):
            client.mail(argument)
            client.rcpt("<anybody@mail.example>")
            client.header("Subject", UNFILLABLE)
            client.end_of_headers()
            self.assert_not_ours(client.end_of_message())

    def test_parameters_of_mail_and_rcpt_are_kept_but_for_those_of_one_hop(self):
        self.hold_envelope([f"<{CRM}>", "SIZE=1234", "BODY=8BITMIME", "AUTH=<>", "RET=HDRS", "ENVID=order+2B7"],
                           ["<parameters@mail.example>", "NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;a+2Bb@mail.example"])
        [held] = self.site.held("parameters@mail.example")
        held = self.site.json("held", "show", held["id"])
        self.assertEqual("BODY=8BITMIME RET=HDRS ENVID=order+2B7", held["mail_parameters"])
        self.assertEqual("NOTIFY=FAILURE,DELAY ORCPT=rfc822;a+2Bb@mail.example", held["recipient_parameters"])

    def hold_envelope(self, sender, recipient):
        """Holds a message with these arguments of MAIL and RCPT."""
        client = self.connect()
        client.mail(*sender)
        client.rcpt(*recipient)
        client.header("Subject", UNFILLABLE)
        client.end_of_headers()
        self.assertEqual(DISCARD, client.end_of_message().reply)


class Origin(Session):
    """Who the client is and as whom it logged in decide about streams, and nothing is made up where that is not said."""

    config = STREAMS_BY_ORIGIN + STREAMS + TWO_A_WEEK

    def say(self, client, sender, login=None):
        if login:
            client.macro(b"M", i="4Xyz", auth_authen=login)
        address = f"{uuid.uuid4().hex}@mail.example"  # so that no cap is in the way
        return client.message(sender, [address], mail.compose(sender, address))

    def test_a_stream_by_client_matches_its_network(self):
        ipv6 = [{"family": b"6", "client": text} for text in ("2001:db8::7", "IPv6:2001:db8::7")]
        for origin in ({"client": "192.0.2.7"}, *ipv6):
            with self.subTest(origin):
                self.assert_in_scope(self.say(self.connect(**origin), BRANCH))

    def test_it_matches_nobody_else(self):
        for origin in ({"client": "198.51.100.7"}, {"family": b"U"}, {"family": b"L", "client": "/run/192.0.2.7"}):
            with self.subTest(origin):
                self.assert_not_ours(self.say(self.connect(**origin), BRANCH))

    def test_who_never_connected_is_nobodys_client(self):
        client = self.negotiate()
        self.assert_not_ours(self.say(client, BRANCH))
        self.assert_in_scope(self.say(client, CRM))

    def test_the_next_client_on_a_connection_does_not_inherit_from_the_last(self):
        client = self.connect(client="192.0.2.7")
        self.assert_in_scope(self.say(client, BRANCH))
        client.quit_for_another()
        client.connect(family=b"U")
        self.assert_not_ours(self.say(client, BRANCH))
        client.quit_for_another()
        self.assert_not_ours(self.say(client, BRANCH))
        client.quit_for_another()
        client.connect(client="192.0.2.7")
        self.assert_in_scope(self.say(client, BRANCH))

    def test_a_stream_by_login_matches_only_with_the_login(self):
        client = self.connect()
        self.assert_not_ours(self.say(client, APP))
        self.assert_in_scope(self.say(client, APP, login="robot"))
        self.assert_not_ours(self.say(client, APP, login="somebody"))

    def test_the_next_message_does_not_inherit_the_login(self):
        client = self.connect()
        self.assert_in_scope(self.say(client, APP, login="robot"))
        client.macro(b"M", i="4Xyz")
        self.assert_not_ours(self.say(client, APP))

    def test_the_next_client_does_not_inherit_the_login(self):
        client = self.connect()
        self.assert_in_scope(self.say(client, APP, login="robot"))
        client.quit_for_another()
        client.connect()
        self.assert_not_ours(self.say(client, APP))

    def test_the_log_names_the_queue_id(self):
        client = self.connect()
        for _ in client.converse(CRM, ["queued@mail.example"], greeting("queued@mail.example")):
            pass
        client.macro(b"E", i="4Abcdefgh")
        client.end_of_message()
        self.assertRegex(self.site.milter.log(), r"queue=4Abcdefgh stream=crm to=<queued@mail\.example>")


class Connections(Session):

    def test_many_messages_on_one_connection_do_not_mix(self):
        client = self.connect()
        for number in range(50):
            self.assert_served(client, f"customer{number}@mail.example", number)

    def test_mail_that_is_not_ours_passes_in_between(self):
        client = self.connect()
        self.assert_served(client, "anna@mail.example", 1)
        self.assert_not_ours(client.message(STRANGER, ["anna@mail.example"], greeting("anna@mail.example", headers=())))
        self.assert_served(client, "anna@mail.example", 2)

    def test_sixty_four_connections_at_once_do_not_mix(self):
        clients = {f"customer{number}@mail.example": self.connect() for number in range(64)}
        for turn in range(2):
            for _ in zip(*(client.converse(CRM, [address], greeting(address, turn)) for address, client in clients.items())):
                pass
            for client in clients.values():
                client.send(b"E")
            for address, client in clients.items():
                self.assert_greeted(client.verdict(), address, turn)

    def test_an_abort_in_any_state_leaves_nothing_for_the_next_message(self):
        client = self.connect()
        for count in range(self.commands() + 1):
            state = self.begin(client, count)
            client.abort()
            with self.subTest(after=state):
                self.assert_served(client, "anna@mail.example", count)
        client.abort()
        self.assert_served(client, "anna@mail.example", -1)
        self.assert_nothing_left_behind()

    def test_an_abort_after_some_of_the_body_leaves_nothing_for_the_next_message(self):
        for server, protocol in SERVERS.items():
            client = self.connect(protocol)
            for count in range(1, 4):
                self.begin(client, self.commands() - 1)
                for _ in range(count):
                    client.body(b"left behind\r\n")
                client.abort()
                with self.subTest(server, pieces=count):
                    self.assert_served(client, "anna@mail.example", count)
        self.assert_nothing_left_behind()

    def test_a_new_message_in_any_state_ends_the_one_before(self):
        client = self.connect()
        for count in range(self.commands() + 1):
            with self.subTest(after=self.begin(client, count)):
                self.assert_served(client, "boris@mail.example", count)
        self.assert_nothing_left_behind()

    def test_a_connection_cut_in_any_state_harms_nobody(self):
        pid = self.site.milter.pid
        other = self.connect()
        for count in range(self.commands() + 1):
            client = self.connect()
            state = self.begin(client, count)
            client.cut()
            with self.subTest(after=state):
                self.assert_served(other, "celia@mail.example", count)
                self.assert_served(self.connect(), "dora@mail.example", count)
        self.assert_nothing_left_behind()
        self.assertEqual((True, pid), (self.site.milter.alive(), self.site.milter.pid))

    def test_a_connection_cut_within_a_packet_harms_nobody(self):
        for count in range(self.commands() + 1):
            client = self.connect()
            self.begin(client, count)
            client.socket.sendall(b"\0\0\0\x20B and no more")
            client.cut()
        self.assert_served(self.connect(), "emil@mail.example")
        self.assert_nothing_left_behind()

    def test_an_empty_chunk_of_body_ends_the_connection_and_harms_nobody(self):
        """libmilter itself takes it for the end of all; Postfix sends none."""
        client = self.connect()
        talk = self.left_behind(client)
        while next(talk) != "BODY":
            pass
        with self.assertRaises(ConnectionError):
            client.body(b"")
            client.end_of_message()
        self.assert_served(self.connect(), "gus@mail.example")
        self.assert_nothing_left_behind()

    def test_a_server_that_does_not_wait_for_the_verdict_harms_nobody(self):
        for number in range(20):
            client = self.connect()
            for _ in client.converse(CRM, ["hasty@mail.example"], greeting("hasty@mail.example", number)):
                pass
            client.send(b"E")
            client.cut()
        self.assert_served(self.connect(), "hasty@mail.example", 20)

    def test_quit_ends_a_connection_in_good_order(self):
        client = self.connect()
        self.assert_served(client, "fay@mail.example")
        client.send(b"Q")
        with self.assertRaises(ConnectionError):
            client.receive()

    def begin(self, client, count):
        """Says the first commands of a message that will not be ended; returns the last of them."""
        state = "HELO"
        for state in itertools.islice(self.left_behind(client), count):
            pass
        return state

    @staticmethod
    def left_behind(client):
        return client.converse(CRM, ["left-behind@mail.example"], greeting("left-behind@mail.example"))

    def commands(self):
        """How many commands that message has."""
        return sum(1 for _ in self.left_behind(self.connect()))

    def assert_nothing_left_behind(self):
        self.assertNotIn("left-behind", self.site.milter.log())
        self.assertEqual(1, self.site.run("customer", "show", "left-behind@mail.example").returncode)
