"""What `tutor doctor` says: for each finding how it holds, how it fails, what to do."""

from __future__ import annotations

from typing import Final

RU: Final = {
    "config.holds": "конфигурация: {path}",
    "config.fails": "конфигурация с ошибкой:\n{why}",
    "config.do": "исправьте названное в {path} или в переменных TUTOR_*",
    "python.holds": "Python {version}",
    "python.fails": "Python {version}, нужен {wanted} или новее",
    "python.do": "поставьте новый Python и соберите заново: "
    "rm -r .venv && make setup PYTHON=python3.11",
    "torch.holds": "torch {version}, сборка {build}",
    "torch.fails": "torch не установлен или другой версии: {version}, нужна {wanted}",
    "torch.do": "make -B setup",
    "kernel.holds": "{system} {release}, {machine}",
    "kernel.fails": "{system} {release}: песочнице нужен Linux 5.13 или новее",
    "kernel.do": "обновите ядро (Debian: apt-get install linux-image-amd64) и перезагрузите",
    "landlock.holds": "Landlock, ABI {abi}",
    "landlock.fails": "Landlock выключен или его нет",
    "landlock.do": "добавьте lsm=landlock,{modules} в параметры ядра "
    "(GRUB_CMDLINE_LINUX в /etc/default/grub), затем update-grub и перезагрузка",
    "seccomp.holds": "seccomp: библиотека на месте",
    "seccomp.fails": "seccomp: нет библиотеки libseccomp",
    "seccomp.do": "apt-get install libseccomp2",
    "jail.holds": "песочница выдержала пробные побеги, готова за {warm_s:.1f} с",
    "jail.fails": "песочница не держит, код студентов не запускается: {why}",
    "jail.slow": "песочница не готова и через {ready_s:.0f} с",
    "jail.do": "исправьте отмеченное выше; в контейнере нужен обычный профиль seccomp, не свой",
    "cell.fails": "ячейка в песочнице не посчиталась: {why}",
    "cell.do": "повторите; если не пройдёт, пришлите разработчикам вывод tutor doctor",
    "memory.holds": "память: свободно {free_gb:.1f} ГБ, песочнице отведено {budget_gb:.1f} ГБ",
    "memory.fails": "память: свободно {free_gb:.1f} ГБ, песочнице отведено {budget_gb:.1f} ГБ",
    "memory.do": "уменьшите jail.memory_total в config.toml или освободите память; "
    "нужно не меньше {least_gb:.0f} ГБ и не больше свободного",
    "clock.holds": "часы: {now}, {zone}",
    "clock.fails": "часы отстают: {now}, а файлы бота новее",
    "clock.do": "timedatectl set-ntp true",
    "token.holds": "токен задан",
    "token.fails": "токена нет: tutor chat и tutor ask работают, tutor serve нет",
    "token.do": "получите токен у @BotFather и задайте TUTOR_TELEGRAM__TOKEN",
    "storage.holds": "папка данных {path}: запись работает, свободно {free_gb:.1f} ГБ",
    "storage.fails": "папка данных {path}: {why}",
    "storage.do": "дайте пользователю {user} право писать в неё "
    "или назовите другую в TUTOR_STORAGE__PATH",
    "disk.fails": "папка данных {path}: свободно только {free_gb:.1f} ГБ, нужен {least_gb:.0f} ГБ",
    "disk.do": "освободите место или назовите другую папку в TUTOR_STORAGE__PATH",
    "database.none": "{path}: базы ещё нет, её создаст первый запуск",
    "database.holds": "{path}: цела, версия {version} из {known}, {size_mb:.1f} МБ",
    "database.locked": "{path}: база занята другой программой ({detail})",
    "database.locked.do": "остановите ту программу, бот пишет в базу один",
    "database.read_only": "{path}: в базу нельзя писать ({detail})",
    "database.read_only.do": "дайте пользователю бота право писать в неё и в её папку",
    "database.full": "{path}: диск полон ({detail})",
    "database.full.do": "освободите место: записанное цело",
    "database.corrupt": "{path}: база повреждена ({detail})",
    "database.corrupt.do": "верните копию: tutor backup --restore ФАЙЛ; нынешняя база останется "
    "рядом под другим именем",
    "inbox.corrupt.do": "уберите этот файл: сообщения, на которые бот не успел ответить, "
    "пропадут, остальное цело",
    "database.future": "{path}: база новее, чем этот бот ({detail})",
    "database.future.do": "обновите бота; старый её не трогает",
    "database.foreign": "{path}: это не база бота ({detail})",
    "database.foreign.do": "уберите этот файл или назовите другую папку в TUTOR_STORAGE__PATH",
    "database.unreachable": "{path}: база не открывается ({detail})",
    "database.unreachable.do": "проверьте TUTOR_STORAGE__PATH и права на эту папку",
    "copies.holds": "копий базы: {count}, последней {age_h:.0f} ч; {folder}",
    "copies.off": "копий базы: {count}, последней {age_h:.0f} ч; расписания нет, "
    "backup.every_h = 0; {folder}",
    "copies.none": "копий базы нет; {folder}",
    "copies.old": "копий базы: {count}, последней уже {age_h:.0f} ч, "
    "а положено раз в {every_h:.0f} ч; {folder}",
    "copies.fails": "копии базы не прочесть: {why}",
    "copies.do": "tutor backup; если бот работал, в его журнале записано, почему копии нет",
    "aside": "отложено обновлений: {count}; на каждом бот падал, отвечать на них он не станет",
    "aside.do": "найдите в журнале «an update is set aside» и пришлите разработчикам; "
    "через неделю они удаляются",
    "gpu.holds": "GPU: {names}; на нём считает и /root",
    "gpu.off": "GPU: {names}; /root считает без него, gpu.use = false",
    "gpu.fails": "GPU: {names}, но torch собран для {build}: /root считает без него",
    "gpu.do": "если GPU нужен: rm -r .venv && make setup TORCH='torch==2.13.0 --index-url АДРЕС', "
    "АДРЕС сборки CUDA покажет страница PyTorch «Start Locally»",
    "gpu.none": "GPU нет, он и не нужен",
    "capacity": "Хватит на {students} студентов сразу: сессия с графиком и backward занимает "
    "{session_mb:.0f} МБ, открыто будет до {sessions}; процессор успевает "
    "{cells_per_s:.0f} ячеек в секунду, а студент присылает одну за {pause_s:.0f} с.",
}

EN: Final = {
    "config.holds": "configuration: {path}",
    "config.fails": "the configuration is mistaken:\n{why}",
    "config.do": "mend what is named in {path} or in the TUTOR_* variables",
    "python.holds": "Python {version}",
    "python.fails": "Python {version}, {wanted} or newer is needed",
    "python.do": "install a newer Python and build again: "
    "rm -r .venv && make setup PYTHON=python3.11",
    "torch.holds": "torch {version}, {build} build",
    "torch.fails": "torch is missing or of another version: {version}, {wanted} is needed",
    "torch.do": "make -B setup",
    "kernel.holds": "{system} {release}, {machine}",
    "kernel.fails": "{system} {release}: the jail needs Linux 5.13 or newer",
    "kernel.do": "upgrade the kernel (Debian: apt-get install linux-image-amd64) and reboot",
    "landlock.holds": "Landlock, ABI {abi}",
    "landlock.fails": "Landlock is switched off or missing",
    "landlock.do": "add lsm=landlock,{modules} to the kernel's command "
    "line (GRUB_CMDLINE_LINUX in /etc/default/grub), then update-grub and reboot",
    "seccomp.holds": "seccomp: the library is there",
    "seccomp.fails": "seccomp: no libseccomp library",
    "seccomp.do": "apt-get install libseccomp2",
    "jail.holds": "the jail withstood the trial break-outs, ready in {warm_s:.1f} s",
    "jail.fails": "the jail does not hold, no student's code is run: {why}",
    "jail.slow": "the jail is not ready after {ready_s:.0f} s",
    "jail.do": "mend what is marked above; a container needs its default seccomp profile",
    "cell.fails": "a cell in the jail was not evaluated: {why}",
    "cell.do": "try again; if it fails, send the developers what tutor doctor printed",
    "memory.holds": "memory: {free_gb:.1f} GB free, {budget_gb:.1f} GB given to the jail",
    "memory.fails": "memory: {free_gb:.1f} GB free, {budget_gb:.1f} GB given to the jail",
    "memory.do": "lower jail.memory_total in config.toml or free some memory; "
    "at least {least_gb:.0f} GB is needed, and no more than is free",
    "clock.holds": "clock: {now}, {zone}",
    "clock.fails": "the clock is behind: {now}, but the bot's files are newer",
    "clock.do": "timedatectl set-ntp true",
    "token.holds": "token is set",
    "token.fails": "no token: tutor chat and tutor ask work, tutor serve does not",
    "token.do": "get a token from @BotFather and set TUTOR_TELEGRAM__TOKEN",
    "storage.holds": "data folder {path}: writable, {free_gb:.1f} GB free",
    "storage.fails": "data folder {path}: {why}",
    "storage.do": "let the user {user} write to it or name another in TUTOR_STORAGE__PATH",
    "disk.fails": "data folder {path}: only {free_gb:.1f} GB free, {least_gb:.0f} GB is needed",
    "disk.do": "free some space or name another folder in TUTOR_STORAGE__PATH",
    "database.none": "{path}: no database yet, the first start makes it",
    "database.holds": "{path}: sound, version {version} of {known}, {size_mb:.1f} MB",
    "database.locked": "{path}: another program holds the database ({detail})",
    "database.locked.do": "stop that program; only the bot writes to it",
    "database.read_only": "{path}: the database cannot be written ({detail})",
    "database.read_only.do": "let the bot's user write to it and its folder",
    "database.full": "{path}: the disk is full ({detail})",
    "database.full.do": "free some space; what is stored is safe",
    "database.corrupt": "{path}: the database is damaged ({detail})",
    "database.corrupt.do": "put a copy back: tutor backup --restore FILE; the present one stays "
    "beside it under another name",
    "inbox.corrupt.do": "move the file away: messages that were not answered yet are lost, "
    "all else is safe",
    "database.future": "{path}: the database is newer than this bot ({detail})",
    "database.future.do": "upgrade the bot; the old one leaves it alone",
    "database.foreign": "{path}: no database of the bot ({detail})",
    "database.foreign.do": "move the file away or name another folder in TUTOR_STORAGE__PATH",
    "database.unreachable": "{path}: the database cannot be opened ({detail})",
    "database.unreachable.do": "look at TUTOR_STORAGE__PATH and the rights of that folder",
    "copies.holds": "copies of the database: {count}, the newest {age_h:.0f} h old; {folder}",
    "copies.off": "copies of the database: {count}, the newest {age_h:.0f} h old; no schedule, "
    "backup.every_h = 0; {folder}",
    "copies.none": "no copies of the database; {folder}",
    "copies.old": "copies of the database: {count}, the newest {age_h:.0f} h old, "
    "and one is promised every {every_h:.0f} h; {folder}",
    "copies.fails": "copies of the database cannot be read: {why}",
    "copies.do": "tutor backup; if the bot was running, its log says why there is no copy",
    "aside": "updates set aside: {count}; the bot crashed at each, it will not answer them",
    "aside.do": 'look for "an update is set aside" in the log and send it to the developers; '
    "after a week they are deleted",
    "gpu.holds": "GPU: {names}; /root runs on it too",
    "gpu.off": "GPU: {names}; /root does without it, gpu.use = false",
    "gpu.fails": "GPU: {names}, but torch is built for {build}: /root does without it",
    "gpu.do": "if it is wanted: rm -r .venv && make setup TORCH='torch==2.13.0 --index-url "
    "ADDRESS'; PyTorch's page \"Start Locally\" shows the ADDRESS of a CUDA build",
    "gpu.none": "no GPU, and none is needed",
    "capacity": "Enough for {students} students at once: a session with a plot and a backward "
    "takes {session_mb:.0f} MB, up to {sessions} are kept; the processor evaluates "
    "{cells_per_s:.0f} cells a second, and a student sends one every {pause_s:.0f} s.",
}

WORDS: Final = {"ru": RU, "en": EN}
