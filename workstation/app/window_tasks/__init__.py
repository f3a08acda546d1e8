"""The coordinator's window and its tasks, joined to what does them: from a copy that comes back to tables."""

from workstation.app.window_tasks.adding import ADDING
from workstation.app.window_tasks.enrolling import ENROLLING
from workstation.app.window_tasks.fetching import FETCHING
from workstation.app.window_tasks.giving import GIVING
from workstation.app.window_tasks.keeping import KEEPING
from workstation.app.window_tasks.learning import LEARNING
from workstation.app.window_tasks.people import PEOPLE
from workstation.app.window_tasks.reading import READING
from workstation.app.window_tasks.records import RECORDS
from workstation.app.window_tasks.results import RESULTS
from workstation.app.window_tasks.results_out import RESULTS_OUT
from workstation.app.window_tasks.schemes import SCHEMES
from workstation.app.window_tasks.secrets import SECRETS
from workstation.app.window_tasks.servers import SERVERS

TASKS = (
    *ENROLLING,
    *GIVING,
    *SCHEMES,
    *ADDING,
    *FETCHING,
    *READING,
    *PEOPLE,
    *LEARNING,
    *RESULTS,
    *RESULTS_OUT,
    *KEEPING,
    *SECRETS,
    *SERVERS,
    *RECORDS,
)
