"""The planner's own mail: from the enrolment of a customer to the letters in the mailbox."""

import datetime
import os
import subprocess

import harness
import mail
from story import CRM, DAY, STREAMS, Story

CADENCE = """
templates = "templates"
cadence "first steps" {
  template = "first-steps"  sender = "%s"
  rrule = "FREQ=WEEKLY;COUNT=4;BYDAY=TU"  from = "customer.since"  at = "10:00"
}
""" % CRM

TEXTS = {
    "template.conf": 'class = "relational"\n',
    "en.txt": "Subject: First steps\n\nHello {{customer.first_name | default: \"there\"}}, welcome!\n",
    "pl.txt": "Subject: Pierwsze kroki, {{customer.first_name}}\n\nDzień dobry, {{customer.first_name}}!\n",
    "pl.html": "<p>Dzień dobry, {{customer.first_name}}!</p>\n",
}


class Cadences(Story):

    config = STREAMS

    def test_first_steps_come_on_tuesdays_with_the_name_in_them(self):
        self.put_template()
        self.site.write_config(self.config + CADENCE)
        self.site.ctl("check")
        self.site.enrol({"id": "C1", "address": "lucja@mail.example", "first_name": "Łucja", "locale": "pl-PL"},
                        {"id": "C2", "address": "ann@mail.example", "locale": "en"})
        self.site.move_clock(0)
        self.run_a_pass()
        self.assertEqual([], self.site.sink.deliveries("lucja@mail.example"))
        self.site.move_clock(self.until_tuesday())
        self.assert_polish(self.site.sink.wait_for("lucja@mail.example", 1)[0])
        self.assertIn("Hello there, welcome!", self.body(self.site.sink.wait_for("ann@mail.example", 1)[0]))
        for tuesday in (2, 3, 4):
            self.site.move_clock(7 * DAY)
            self.site.sink.wait_for("lucja@mail.example", tuesday)
        self.site.move_clock(7 * DAY)
        self.site.settle()
        self.assertEqual(4, len(self.site.sink.deliveries("lucja@mail.example")))

    def run_a_pass(self):
        """A whole pass by the new configuration: what was before it is no occurrence of a cadence."""
        subprocess.run([f"{harness.BUILD}/cadence-planner", "-c", self.site.config_path, "--once"], check=True, capture_output=True,
                       env=self.site.environment(), timeout=60)

    def put_template(self):
        folder = f"{self.site.root}/conf/templates/first-steps"
        os.makedirs(folder)
        for name, text in TEXTS.items():
            with open(f"{folder}/{name}", "w") as file:
                file.write(text)

    def until_tuesday(self):
        """Seconds to an hour after the first letter is due, by the site's clock; Warsaw is one or two hours ahead."""
        now = datetime.datetime.fromtimestamp(self.site.now(), datetime.timezone.utc)
        noon = now.replace(hour=10, minute=30, second=0)
        noon += datetime.timedelta((1 - now.weekday()) % 7)
        if noon - now < datetime.timedelta(hours=3):
            noon += datetime.timedelta(7)
        return int((noon - now).total_seconds())

    def assert_polish(self, delivered):
        message = mail.parse(delivered.raw)
        self.assertEqual("Pierwsze kroki, Łucja", message["Subject"])
        self.assertEqual(CRM, message["From"])
        self.assertEqual(CRM, delivered.sender)
        self.assertEqual("relational", dict(mail.cadence_fields(delivered.raw))["Cadence-Class"])
        self.assertEqual(["text/plain", "text/html"], [part.get_content_type() for part in message.iter_parts()])
        for part in message.iter_parts():
            self.assertIn("Dzień dobry, Łucja!", part.get_content())

    @staticmethod
    def body(delivered):
        return mail.parse(delivered.raw).get_content()
