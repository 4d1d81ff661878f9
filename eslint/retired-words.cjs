/**
 * Words and phrases that names, comments, strings and test titles no longer use.
 * `words`: alternatives, in lower case, whole words; a name is split into its words first (`wayBack` is `way back`).
 * `names: true`: only whole names, case-sensitive. `except`: texts in which the words stay, because they are stored or
 * published under that name.
 */
module.exports = [
  { words: ['tell', 'tells', 'told', 'telling', 'untold'], instead: 'record, append, notify, report, print or return' },
  { words: ['the door', 'open door', 'closed door'], instead: 'the API or ingest' },
  { words: ['the voice', 'voices'], instead: 'the notifier or notifications' },
  { words: ['story', 'stories', 'storyteller'], instead: 'timeline' },
  { words: ['chapter', 'chapters'], instead: 'Kubernetes Event' },
  { words: ['poke', 'pokes', 'poked', 'poker', 'poking'], instead: 'commit notification', except: ['alloy.poke'] },
  { words: ['wake', 'wakes', 'woke', 'woken', 'waking', 'wakeup'], instead: 'trigger' },
  { words: ['sweep', 'sweeps', 'swept', 'sweeping', 'sweeper'], instead: 'resync', except: ['SWEEP_SECONDS'] },
  {
    words: ['look memory', 'a look', 'no look', 'one look', 'last look', 'the look', 'its look', 'own look'],
    instead: 'observe, snapshot or live-state cache',
  },
  { words: ['fence mark', 'a mark', 'marks and creations'], instead: 'fencing annotation' },
  { words: ['way back', 'ways back', 'wayback'], instead: 'rollback' },
  { words: ['take back', 'takes back', 'took back', 'taken back', 'taking back'], instead: 'roll back' },
  {
    words: ['set aside', 'sets aside', 'setting aside'],
    instead: 'dead-lettered (message) or suspended (route)',
    except: ['alloy_notification_routes_set_aside'],
  },
  { words: ['its turn', 'turn has come', 'turn comes', 'their turn'], instead: 'admitted, or waiting for …' },
  { words: ['make way', 'makes way', 'made way', 'making way'], instead: 'preempt' },
  { words: ['yield to', 'yields to'], instead: 'queueBehind' },
  { words: ['in the way'], instead: 'blockedBy' },
  { words: ['let go', 'lets go'], instead: 'scaleDownCanary' },
  { words: ['born'], instead: 'new or created' },
  { names: true, words: ['Life', 'Deed', 'because', 'outside'], instead: 'lifecycle, AuditAction, reasonField, detachContext' },
  { names: true, words: ['isUrgent', 'urgentReplacement'], instead: 'isExpedited, expeditedReplacement' },
  { words: ['wanted at once'], instead: 'expedited' },
  { words: ['nobody', 'nobodys', 'whoever', 'whomever'], instead: 'no client, ignored; any client' },
  { words: ['somebody', 'somebodys', 'a person', 'a persons'], instead: 'a user, a client or another process' },
  { words: ['let in', 'lets in', 'good no more', 'no more good'], instead: 'accepted; denied, revoked' },
  { words: ['stand still', 'stands still', 'stood still', 'standing still'], instead: 'does not count time, or is paused' },
  { words: ['what became of', 'what becomes of', 'came to nothing'], instead: 'the outcome' },
  { words: ['goes on', 'go on', 'went on', 'going on'], instead: 'continue' },
  { words: ['by hand'], instead: 'manual, manually' },
  { words: ['anew'], instead: 'again' },
  { words: ['mend', 'mends', 'mended', 'mending'], instead: 'repair or fix' },
  { words: ['in vain'], instead: 'without success' },
  { words: ['ever seldom', 'ever more seldom'], instead: 'less and less often' },
];
