# Ends a call's processes when the coordinator is gone. POSIX sh; runs on Linux and macOS.
# Standard input: the call's mark, then "over" when the coordinator has ended the call by itself.
# The end of the input without that word means that the coordinator was killed.
trap '' HUP INT TERM
read -r mark || exit 0
read -r word && [ "$word" = over ] && exit 0

# The processes that carry the mark in their environment.
marked() {
  if [ -r /proc/self/environ ]; then
    for file in $(grep -l -F "$mark" /proc/[0-9]*/environ 2>/dev/null); do
      file=${file#/proc/}
      echo "${file%/environ}"
    done
  else
    ps axeww -o pid=,command= | while read -r pid rest; do
      case $rest in *"$mark"*) echo "$pid" ;; esac
    done
  fi
}

# Every process with its parent.
parents() {
  if [ -r /proc/self/stat ]; then
    for directory in /proc/[0-9]*; do
      read -r line 2>/dev/null <"$directory/stat" || continue
      line=${line##*) }
      line=${line#? }
      echo "${directory#/proc/} ${line%% *}"
    done
  else
    ps -A -o pid= -o ppid=
  fi
}

# What was found, and all that descends from it: one may have started others without the mark.
family() {
  found=" $* "
  table=$(parents)
  grown=yes
  while [ "$grown" ]; do
    grown=
    while read -r pid parent; do
      case $found in *" $pid "*) continue ;; esac
      case $found in *" $parent "*) found="$found$pid " grown=yes ;; esac
    done <<END
$table
END
  done
}

family $(marked)
kill -TERM $found 2>/dev/null
# For git to remove its lock files.
sleep 1
round=0
while [ $round -lt 60 ]; do
  family $found $(marked)
  kill -KILL $found 2>/dev/null
  [ "$(marked)" ] || exit 0
  round=$((round + 1))
  [ $round -lt 20 ] || sleep 1
done
