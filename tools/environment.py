"""Virtual environments, made once and reused while nothing that went into them changed."""

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

from .interpreter import ROOT


class Environment:
    """One virtual environment; `folder` may exist already."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.python = str(self.folder / "bin" / "python")

    @property
    def site_packages(self):
        """Where its packages live."""
        (folder,) = self.folder.glob("lib/python3*/site-packages")
        return folder

    def create(self, interpreter, *, pip):
        """Makes the environment anew, unless it already is one of this interpreter."""
        stamp = self.folder / "interpreter"
        if stamp.exists() and stamp.read_text() == interpreter.executable:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        options = [] if pip else ["--without-pip"]
        command = [interpreter.executable, "-m", "venv", *options, str(self.folder)]
        subprocess.run(command, check=True)
        stamp.write_text(interpreter.executable)

    def pip(self, *arguments, once=False, **options):
        """Runs pip; with `once`, not again if the same call succeeded here before."""
        stamp = self.folder / ("pip-" + hashlib.sha256(repr(arguments).encode()).hexdigest()[:16])
        if once and stamp.exists():
            return
        command = [self.python, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
        subprocess.run(command, check=True, **options)
        stamp.touch()

    def install_for_tests(self, interpreter, wheel):
        """Makes the environment, with a wheel of weakly and what its tests require."""
        self.create(interpreter, pip=True)
        self.pip("install", "--upgrade", "pip", once=True)
        self.pip("install", "--group", "test", once=True, cwd=ROOT)
        if interpreter.has_gil:
            self.pip("install", "--group", "greenlets", once=True, cwd=ROOT)
        self.unpack(wheel)

    def unpack(self, wheel):
        """Installs a wheel without pip, which is all that a wheel of plain files needs."""
        for old in self.site_packages.glob("weakly*"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(self.site_packages)
