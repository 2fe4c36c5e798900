# screen.sh -- for a test of cli.sh that works a window by keys and the mouse: a display of its own (Xvfb). Source it:
#   open_screen 1000x700       skip the test where Xvfb, xdotool or SDL2 are missing
#   wait_for COMMAND...        try again until it succeeds; false after many tries, not after a time: a busy machine is slow
#   find_window TITLE PID      put the window with this title (a pattern) into $window, with the keys going to it; fails once
#                              the program PID that should open it has ended
# SDL unloads X11's libraries and D-Bus before the end, so what these keep for good has no name that tests/leaks.txt could say.
export ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0"

open_screen() {
    "$verge" info --json | grep -q "built without SDL2" && skip "built without SDL2"
    for tool in Xvfb xdotool; do
        command -v $tool > /dev/null || skip "no $tool"
    done
    unset SDL_VIDEODRIVER WAYLAND_DISPLAY
    mkfifo display
    # Without -noreset it begins anew whenever its last client leaves, such as xdotool, and a program that connects in that moment
    # is turned away.
    Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp -noreset 3> display > /dev/null 2>&1 &
    screen=$!
    trap 'kill $screen 2> /dev/null; rm -rf "$folder"' EXIT
    read -r number < display
    [ -n "$number" ] || skip "Xvfb does not start"
    export DISPLAY=:$number
}

wait_for() {
    tries=0
    until "$@" > /dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 3000 ] || return 1
        sleep 0.1
    done
}

# A window that is not on the screen yet cannot have the keys, and while SDL opens it another one may have its title for a
# moment: so it is looked for again, too.
has_keys() {
    window=$(xdotool search --name "$1" | head -n 1)
    [ -n "$window" ] && xdotool windowfocus "$window" && [ "$(xdotool getwindowfocus)" = "$window" ]
}
keys_or_end() { has_keys "$1" || ! kill -0 "$2"; }
find_window() {
    wait_for keys_or_end "$1" "$2" || fail "no window '$1' that takes keys"
    kill -0 "$2" 2> /dev/null || fail "the program ended before it opened the window '$1'"
}
