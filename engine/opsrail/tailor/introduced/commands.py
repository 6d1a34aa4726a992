"""Commands in running text: what somebody could paste into a shell, a database, a template."""

from __future__ import annotations

import re

_SHELL = (
    r"sudo \S+",
    r"rm -\w+ \S+",
    r"(?:curl|wget) (?:-\S+ ){0,5}\S+",
    r"(?:ba|z|k|c|da|)sh -c\b",
    r"bash <\(",
    r"pwsh\b",
    r"cmd(?:\.exe)? /c\b",
    r"powershell(?:\.exe)?(?: -\w+)?",
    r"iex\b",
    r"Invoke-\w+",
    r"Start-Process",
    r"chmod [0-7+-]\S* \S+",
    r"chown \S+ \S+",
    r"(?:ssh|scp|sftp|rsync|telnet|nc|ncat|netcat) (?:-\S+ ){0,5}\S+[@.:]\S+",
    r"(?:pip3?|npm|npx|yarn|gem|cargo|brew|apt|apt-get|dnf) (?:install|i|add|exec) \S+",
    r"(?:docker|kubectl|terraform|aws|gcloud|az|gh|git|svn) (?:-\S+ ){0,5}[a-z][\w-]+ \S+",
    r"base64 -{1,2}\w+",
    r"python3? -[cm] ?\S+",
    r"(?:node|perl|ruby) -e\b",
    r"php -r\b",
    r"(?:certutil|mshta|regsvr32|rundll32|schtasks|xp_cmdshell)\b",
    r"reg (?:add|delete)\b",
    r"net user\b",
    r"format [a-z]:",
    r"mkfs\b\S*",
    r"dd if=\S+",
    r"systemctl \w+",
    r"crontab -\w",
    r"(?:eval|exec|os\.system|__import__)\(",
    r"subprocess\.\w+",
    r"opsrail [a-z]+(?: \S+)?",
)
_ELSEWHERE = (
    r"\b(?:DROP|TRUNCATE|ALTER) (?:TABLE|DATABASE|USER)\b[^\n]{0,200}",
    r"\bDELETE FROM \w+[^\n]{0,200}",
    r"\bINSERT INTO \w+[^\n]{0,200}",
    r"\bUPDATE \w+ SET \w+[^\n]{0,200}",
    r"\bSELECT [^\n]{1,100}? FROM \w+[^\n]{0,200}",
    r"\|\s?(?:sudo )?(?:ba|z|da|)sh\b",
    r"\$\([^()\n]{1,200}\)",
    r"\{\{[^{}\n]{1,200}\}\}",
    r"\{%[^%\n]{1,200}%\}",
    r"\$\{[^{}\n]{1,200}\}",
    r"<%[^%\n]{1,200}%>",
    r"\b[a-z]\w{0,40}(?:[._]\w{1,40}){1,5}\([^()\n]{0,200}\)",
    r"\b[a-z]\w{1,40}\(\w[^()\n]{0,80}[=,][^()\n]{0,120}\)",
    r"\b[a-z]+_\w{1,40}\([^()\n]{0,200}\)",
    r"^[ \t]{0,8}[$%>#] ?(?=[a-z./]{1,40} -)[^\n]{1,200}",
)
COMMAND = re.compile(
    rf"(?:^|(?<=[\s:;|&“\"'(]))(?:{'|'.join(_SHELL)})[^\n]{{0,200}}|{'|'.join(_ELSEWHERE)}",
    re.MULTILINE,
)
"""A command, as far as its line goes."""
PATH = re.compile(
    r"(?<![\w/:.~<])(?:~?/|\.\./|[A-Za-z]:\\|\\\\)[\w.$-]+(?:[/\\][\w.$-]+){0,20}/?(?<![.])",
    re.ASCII,
)
"""A file, or a command of a chat (`/refund`)."""
