"""One of our daemons as a child process: started, awaited until it says it is ready (sd_notify(3)), stopped, or killed."""

import os
import signal
import socket
import subprocess


class Daemon:
    """A program in the foreground. Its log goes to one file through all of its lives."""

    READY_WITHIN = 20

    def __init__(self, command, log, notify_path):
        self.command = command
        self.log_path = log
        self._notify_path = notify_path
        self._notices = None
        self._asked_to_end = False
        self.process = None

    @property
    def pid(self):
        return self.process.pid

    def start(self, environment):
        """Starts it and returns once it has said that it is ready."""
        self._listen_for_notices()
        self._asked_to_end = False
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                                            env={**environment, "NOTIFY_SOCKET": self._notify_path})
        self._await_ready()

    def _listen_for_notices(self):
        if self._notices:
            self._notices.close()
            os.unlink(self._notify_path)
        self._notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notices.bind(self._notify_path)
        self._notices.settimeout(0.1)
        os.chmod(self._notify_path, 0o666)

    def _await_ready(self):
        for _ in range(self.READY_WITHIN * 10):
            try:
                if b"READY=1" in self._notices.recv(4096):
                    return
            except TimeoutError:
                if self.process.poll() is not None:
                    break
        state = "is running" if self.alive() else f"ended with {self.process.returncode}"
        raise RuntimeError(f"{self.command[0]} did not say that it is ready; it {state}:\n{self.log()}")

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """Ends it as kill -9 does."""
        self.process.kill()
        self._end(30)

    def terminate(self):
        """Asks it to end with SIGTERM."""
        if self.alive() and not self._asked_to_end:
            self.process.send_signal(signal.SIGTERM)
            self._asked_to_end = True

    def stop(self):
        """Asks it to end and waits until it has; it must end of its own accord, and well."""
        if self.process is None:
            return
        self.terminate()
        status = self._end(30)
        if status != 0:
            raise RuntimeError(f"{self.command[0]} was stopped and ended with {status}:\n{self.log()}")

    def _end(self, patience):
        """Waits for its end and returns its exit status; kills it where it does not end."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"nothing: it did not end within {patience} s"
        finally:
            self._sweep()
            self.process = None

    def _sweep(self):
        """Removes what libfaketime leaves behind in a process that changed its user or was killed."""
        for name in ("faketime_shm", "sem.faketime_sem"):
            path = f"/dev/shm/{name}_{self.pid}"
            if os.path.exists(path):
                os.unlink(path)

    def log(self):
        try:
            with open(self.log_path, errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""
