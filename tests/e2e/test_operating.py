"""What the daemons tell whoever operates them: numbers for Prometheus, and their last troubles."""

import os

from loopback import wait_until
from story import CRM, STREAMS, TWO_A_WEEK, Story

PATIENCE = 40  # seconds: the daemons look every 15


class Operating(Story):
    config = 'metrics = "../store/cadence.prom"\n' + STREAMS + TWO_A_WEEK

    def metrics(self):
        """The numbers in the planner's file, by name and label."""
        try:
            with open(f"{self.site.store}/cadence.prom") as file:
                lines = [line.split(" ") for line in file.read().splitlines() if not line.startswith("#")]
        except FileNotFoundError:
            return {}
        return {name: int(value) for name, value in lines}

    def test_the_planner_keeps_a_file_for_prometheus(self):
        wait_until(lambda: self.metrics().get('cadence_up{daemon="cadence-planner"}') == 1, PATIENCE, "the file")
        before = self.metrics()
        self.assertEqual(1, before['cadence_up{daemon="cadence-milter"}'])
        self.assertEqual(0o644, os.stat(f"{self.site.store}/cadence.prom").st_mode & 0o777)
        for _ in range(3):
            self.assertEqual(250, self.send_sales("prometheus@mail.example").code)
        wait_until(lambda: self.metrics()["cadence_messages_total"] == before["cadence_messages_total"] + 3, PATIENCE, "the count")
        now = self.metrics()
        for action, count in (("pass", 2), ("hold", 1), ("drop", 0)):
            name = f'cadence_verdicts_total{{action="{action}"}}'
            self.assertEqual(before[name] + count, now[name])
        self.assertEqual(before["cadence_held"] + 1, now["cadence_held"])

    def test_what_went_wrong_is_told_when_the_store_is_back(self):
        path = next(f"{self.site.store}/{name}" for name in os.listdir(self.site.store) if name.endswith(".db"))
        os.rename(path, f"{path}.away")
        try:
            self.assertEqual(451, self.send_sales("trouble@mail.example", sender=CRM).code)
        finally:
            os.rename(f"{path}.away", path)
        wait_until(self.milter_errors, PATIENCE, "the trouble to be written down")
        self.assertIn("store", self.milter_errors()[0]["text"])
        self.assertIn("cadence-milter error", self.site.ctl("status"))

    def milter_errors(self):
        return [trouble for trouble in self.site.json("status")["troubles"]
                if trouble["program"] == "cadence-milter" and trouble["level"] == "error"]
