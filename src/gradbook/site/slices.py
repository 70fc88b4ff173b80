"""Which statements of a program its later statements need. Knows Python's syntax, and what in torch changes what.

It errs on the side of more. A value is known by the statement that made it, and refers to all values that are named
there. Whoever may change a value may change all that it refers to: `loss.backward()` changes the leaves.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

# What each draw of random numbers changes, each use of files, and each setting of the whole process.
RANDOM, CHANCE, FILES, SETTINGS = -1, -2, -3, -4
_PROCESS = (RANDOM, CHANCE, FILES, SETTINGS)

_DRAWS = re.compile(
    r"rand|randn|randint|randperm|rand_like|randn_like|randint_like|bernoulli_?|multinomial|normal|poisson"
    r"|(?:uniform|normal|exponential|random|geometric|cauchy|orthogonal|sparse)_|(?:xavier|kaiming|trunc)_\w+_"
    r"|manual_seed|seed|initial_seed|\w+_rng_state|fork_rng|r?sample|\w*dropout\w*|\w*Dropout\w*|gumbel_softmax|rrelu"
    r"|shuffle|DataLoader|random_split|\w*Sampler|grad(?:grad)?check|reset_parameters|Linear|Bilinear|(?:Lazy)?Linear"
    r"|Conv\w+|Embedding\w*|LSTM\w*|GRU\w*|RNN\w*|MultiheadAttention|Transformer\w*|checkpoint\w*|opcheck"
)
# What draws again at each call of what it makes.
_DRAWS_LATER = re.compile(r"\w*Dropout\w*|RReLU|DataLoader|\w*Sampler|LSTM|GRU|RNN|Transformer\w*")
_FILES = re.compile(
    r"open|save|load|savez?|mkdir|\w*Temporary\w*|tempfile|shutil|\w*Path|chdir|listdir|exists|remove"
)
_WATCHING = {"weakref", "gc", "tracemalloc"}
# And those that do if nobody takes their result: of a module, or of a list.
_IN_PLACE_ALONE = set("to double float half bfloat16 cpu type sort reverse".split())
_ITERATORS = set("iter zip map filter enumerate reversed cycle count chain islice".split())
_CONTAINERS = set(
    "append extend add insert update remove pop clear setdefault discard popleft appendleft write".split()
)
# What torch says before it does anything.
_BEFORE_ANYTHING = re.compile(
    r"RuntimeError: (?:element \d+ of tensors does not require grad|grad can be implicitly created only|a leaf Variable"
    r"|a view of a leaf Variable|One of the differentiated Tensors|you can only change requires_grad"
    r"|Mismatch in shape: grad_output|grad_fn|can't retain_grad|only Tensors of floating point)"
)
_SETS = re.compile(
    r"set_(?!postfix|description|title|x|y)\w+|use_\w+|simplefilter|filterwarnings|resetwarnings|register_module_\w+"
    r"|collect|enable\w*|disable\w*|reset|basicConfig|allow_mutation_on_saved_tensors"
)
# Methods that change nothing, of tensors and of what Python has itself.
_PURE_METHODS = set(
    """
    __len__ abs add addmm all allclose amax amin angle any argmax argmin argsort as_strided asin
    atan atan2 bfloat16 bit_length bmm bool broadcast_to buffers ceil children cholesky chunk
    clamp clone conj contiguous copy cos cosh count cpu cross cumprod cumsum data_ptr decode det
    detach diag diagonal diff dim div dot double element_size encode endswith eq equal erf exp
    expand expand_as expandtabs expm1 find flatten flip float floor format gather ge get
    get_default_dtype get_device gt half heaviside hex hypot imag index index_add index_copy
    index_fill index_select int inverse is_complex is_contiguous is_floating_point
    is_grad_enabled is_inference is_set is_shared isclose isfinite isinf isnan item items join
    keys kthvalue le lerp log log10 log1p log2 log_softmax logaddexp logdet logsumexp long lower
    lstrip lt masked_fill masked_scatter masked_select matmul max maximum mean median min
    minimum mm modules most_common movedim mro mul mv name named_buffers named_children
    named_modules named_parameters narrow ndimension ne neg new_full new_ones new_tensor
    new_zeros nonzero norm numel numpy outer parameters permute pow prod ravel real reciprocal
    relu remainder repeat repeat_interleave replace reshape resolve_conj roll round rsqrt rstrip
    scatter scatter_add select sigmoid sign sin sinh size slogdet softmax softplus solve sort
    split splitlines sqrt square squeeze startswith state_dict std storage_offset stride strip
    sub sum swapaxes t take tan tanh tensor_split tile title to tolist topk trace transpose tril
    triu trunc type type_as unbind unfold unique unsqueeze untyped_storage upper values var view
    view_as view_as_complex view_as_real where with_traceback
    """.split()
)
_PURE_BUILTINS = set(vars(builtins)) - set(
    "next iter setattr delattr exec eval input open map filter __import__".split()
)
# Functions that change what they are given, although no underscore ends their names.
_CHANGES = re.compile(
    r"backward|\w+_|clip_grads_with_norm|register_\w+|parametrize|\w+_parametrization\w*|weight_norm|spectral_norm"
    r"|save|dump|load_state_dict|swap_tensors|update_bn|setattr|next|iter|heapify|heappush|heappop|finalize|shuffle|exec|eval"
)
# Calls whose result refers to nothing.
_SCALARS = set(
    "len float int str repr bool item tolist numel dim size allclose equal round id".split()
)
_STATEFUL = re.compile(
    r"\w*(?:Norm|LSTM|GRU|RNN|Observer|Averag|Scaler|Hook|Mode|Handle)\w*|partial|count|cycle|iter|Counter"
)


@dataclass
class Known:
    """What is known of a value: to what it refers, what calling it reads and does, whether it can change at all."""

    refers: set[int] = field(default_factory=set)
    late: set[str] = field(default_factory=set)  # names that are looked up when it is called
    rebinds: set[str] = field(default_factory=set)  # and those that a call binds
    calls: set[int] = field(default_factory=set)  # of _PROCESS, what a call changes
    impure: bool = True  # whether a call may change its arguments, or what its names mean
    kind: str = "value"  # or "module", "function", "class", "constant"
    iterates: bool = False  # what reads it changes it, as an iterator; of a function, what it gives
    fixed: bool = False  # of a function or a class: nothing of it changes


@dataclass
class Effects:
    """What running a piece of code may change: groups of names, and what of the process."""

    changed: list[tuple[set[str], set[str]]] = field(
        default_factory=list
    )  # these may now refer to those
    freed: set[str] = field(default_factory=set)  # names whose graphs may be gone
    process: set[int] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.changed or self.freed or self.process)


class Flow:
    """The statements of a program in the order in which they ran, and on which of those before each depends."""

    def __init__(self) -> None:
        self.depends: list[set[int]] = []
        self.effects: list[Effects] = []
        self._names: dict[str, set[int]] = {}
        self._known: dict[int, Known] = {}
        self._changes: list[set[int]] = []  # by statement
        self._streams: dict[int, list[int]] = {kind: [] for kind in _PROCESS}
        self._watching: set[int] = set()
        self._figures: set[int] = set()
        self._own: set[str] = set()  # the methods and layers of the class that is looked at

    def add(
        self, node: ast.stmt, raised: str = "", shown: bool = False, figure: int | None = None
    ) -> None:
        """The next statement; one that raised has bound nothing for sure, and one whose value is shown sets nothing.

        Of a figure, whose first statement has the number `figure`, nothing above is changed.
        """
        number = len(self.depends)
        reads, binds, maybe = _reads_and_binds(node)
        late = set().union(*(_late(n) for n in _functions(node)))
        found = Effects() if raised and self._does_nothing(node, raised) else self.effects_of(node)
        if shown or raised:
            found.process.discard(SETTINGS)
        reached = self._reach(reads)
        defines = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.decorator_list
        calls = not defines and any(
            isinstance(n, (ast.Call, ast.For, ast.With, ast.comprehension)) for n in ast.walk(node)
        )
        if calls:
            found.process |= self._of_calls(reads, set())
        changed = self._changed(found, reads, binds)
        if figure is not None:
            changed = {value for value in changed if value >= figure}
        if _watches(node):
            self._watching.add(number)
        if figure is not None:
            found.process -= {SETTINGS, FILES}
            self._figures.add(number)
        depends = set(reached)
        for before, those in enumerate(self._changes):
            if those & reached:
                depends.add(before)
        if _seeds(node):  # what was drawn before is of no matter from here on
            self._streams[RANDOM] = []
        for kind in found.process | {SETTINGS}:
            depends |= set(self._streams[kind])
        self._changes.append(changed)
        self.depends.append(depends - {number})
        self.effects.append(found)
        for kind in found.process:
            self._streams[kind].append(number)
        self._bind(number, node, reads, binds, maybe, raised, late)
        if calls:
            for value in reached:
                for name in self._known[value].rebinds if value in self._known else ():
                    self._names.setdefault(name, set()).add(number)
                    self._known.setdefault(number, Known(refers=set(reached)))

    def needed(self, wanted: Iterable[int]) -> list[int]:
        """The statements that these depend on, directly or not, in order, without themselves.

        All before them, where the program watches what becomes of its values: any name may keep one.
        """
        wanted = set(wanted)
        found = self._closed(wanted)
        if found & self._watching:
            found = self._closed(found | set(range(max(wanted, default=0))) - self._figures)
        return sorted(found - wanted)

    def _closed(self, numbers: set[int]) -> set[int]:
        found, left = set(numbers), list(numbers)
        while left:
            new = self.depends[left.pop()] - found
            found |= new
            left += new
        return found

    def _reach(self, names: set[str]) -> set[int]:
        """The values that can be come by from these names now."""
        found: set[int] = set()
        left = [value for name in names for value in self._names.get(name, ())]
        while left:
            value = left.pop()
            if value in found:
                continue
            found.add(value)
            known = self._known.get(value)
            if known:
                left += known.refers - found
                left += [v for name in known.late for v in self._names.get(name, ())]
        return found

    def _of_calls(self, names: set[str], seen: set[str]) -> set[int]:
        """What of the process is changed when these are called."""
        found: set[int] = set()
        for name in names - seen:
            seen.add(name)
            for known in self._direct(name):
                found |= known.calls
                if known.kind != "value":
                    found |= self._of_calls(known.late, seen)
        return found

    def _direct(self, name: str) -> list[Known]:
        return [self._known[v] for v in self._names.get(name, ()) if v in self._known]

    def _is_module(self, name: str) -> bool:
        known = self._direct(name)
        return bool(known) and all(k.kind == "module" for k in known)

    def _changed(self, found: Effects, reads: set[str], binds: set[str]) -> set[int]:
        """The values that a statement may change; what it changes may refer to more from now on."""
        changed: set[int] = set()
        for names, to in found.changed:
            if names & binds - reads or (names | to) & binds:
                names = names | reads  # what it has bound itself is made of what it reads
            targets, others = self._reach(names), self._reach(to)
            named = set().union(*(self._names.get(name, set()) for name in names))
            # What belongs to a class is changed by who names it.
            changed |= {v for v in targets if v in named or self._known[v].kind == "value"}
            for name in names:
                for value in self._names.get(name, ()):
                    if self._mutable(value):
                        self._known[value].refers |= others - {value}
        for value in self._reach(found.freed):
            if self._known[value].refers:
                changed.add(value)
        return {value for value in changed if self._mutable(value)}

    def _mutable(self, value: int) -> bool:
        known = self._known.get(value)
        return known is not None and not known.fixed and known.kind not in ("module", "constant")

    def _bind(
        self,
        number: int,
        node: ast.stmt,
        reads: set[str],
        binds: set[str],
        maybe: set[str],
        raised: bool,
        late: set[str],
    ) -> None:
        if isinstance(node, ast.Delete):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    self._names.pop(target.id, None)
            return
        if not binds or (raised and not hasattr(node, "body")):
            return
        old = set().union(*(self._names.get(name, set()) for name in binds))
        known = self._made(node, reads, binds, late)
        if isinstance(node, ast.Import):
            known.refers |= old
        if isinstance(node, ast.AugAssign) and _is_scalar(node.value):
            kinds = {self._known[value].kind for value in old if value in self._known}
            known = Known(kind="constant") if kinds == {"constant"} else known
        self._known[number] = known
        for name in binds:
            kept = self._names.get(name, set()) if name in maybe or raised else set()
            self._names[name] = kept | {number}

    def _made(self, node: ast.stmt, reads: set[str], binds: set[str], late: set[str]) -> Known:
        refers = self._reach(reads)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return Known(kind="module", impure=False)
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            inside = self.inside(node)
            kind = "class" if isinstance(node, ast.ClassDef) else "function"
            impure = bool(inside.changed or inside.freed or _globals(node))
            fixed = not node.decorator_list and not (kind == "class" and _keeps(node))
            calls = inside.process | self._of_calls(late, set())
            gives = any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in ast.walk(node))
            iterates = kind == "function" and gives
            return Known(refers, late, _globals(node), calls, impure, kind, iterates, fixed)
        value = getattr(node, "value", None)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and value is not None:
            if _is_scalar(value):
                return Known(kind="constant")
            calls = self._later(value)
            kind = "function" if isinstance(value, ast.Lambda) else "value"
            impure = not self._pure_callable(value)
            return Known(refers, late, set(), calls, impure, kind, self._iterates(value))
        return Known(refers, late)

    def _iterates(self, value: ast.expr) -> bool:
        if isinstance(value, ast.Call):
            name = _last(value.func)
            return name in _ITERATORS or any(k.iterates for k in self._direct(name))
        return isinstance(value, ast.GeneratorExp)

    def _later(self, value: ast.expr) -> set[int]:
        """What of the process is changed when what an expression makes is called."""
        if _DRAWS_LATER.fullmatch(_last(value)):
            return {RANDOM}
        if isinstance(value, ast.Name):
            kinds = ("class", "function")
            return set().union(set(), *(k.calls for k in self._direct(value.id) if k.kind in kinds))
        if isinstance(value, ast.Lambda):
            return self.inside(value).process
        inner: Iterable[ast.AST] = ast.iter_child_nodes(value)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            if any(k.kind == "function" for k in self._direct(value.func.id)):
                return set()  # it keeps for itself what it is given
        elif not isinstance(
            value, (ast.Call, ast.List, ast.Tuple, ast.ListComp, ast.Dict, ast.Attribute)
        ):
            return set()
        return set().union(set(), *map(self._later, inner))

    def _pure_callable(self, value: ast.expr) -> bool:
        """Whether calling what this makes changes nothing."""
        if isinstance(value, ast.Lambda):
            return not self.inside(value)
        if not isinstance(value, ast.Call):
            return False
        for inner in ast.walk(value):
            if isinstance(inner, (ast.Name, ast.Attribute)) and _STATEFUL.fullmatch(
                _last(inner) or ""
            ):
                return False
            if isinstance(inner, ast.Name) and any(
                k.impure for k in self._direct(inner.id) if k.kind != "value"
            ):
                return False
        root = _root(value.func)
        return (
            any(k.kind in ("module", "class", "function") for k in self._direct(root))
            if root
            else False
        )

    # What code does

    def inside(self, node: ast.AST) -> Effects:
        """What a call of a function does, or of something of a class; what stays inside is left out."""
        found = Effects()
        if isinstance(node, ast.ClassDef):
            self._own = self._pure_parts(node)
        for function in _functions(node):
            own = self.effects_of(
                *(function.body if isinstance(function.body, list) else [function.body])
            )
            fresh = _fresh(function)
            for names, to in own.changed:
                if names - fresh or not names:
                    found.changed.append((names - fresh, to))
            found.freed |= own.freed - fresh
            found.process |= own.process
        if isinstance(node, ast.ClassDef):
            self._own = set()
        return found

    def _pure_parts(self, node: ast.ClassDef) -> set[str]:
        """What instances of a class may call of themselves: their methods, which are looked at, and layers of torch."""
        found = {inner.name for inner in node.body if isinstance(inner, ast.FunctionDef)}
        for inner in ast.walk(node):
            if isinstance(inner, ast.Assign) and isinstance(inner.value, ast.Call):
                for target in inner.targets:
                    if _chain(target)[:1] == ["self"] and self._pure_callable(inner.value):
                        found.add(_last(target))
        return found

    def _does_nothing(self, node: ast.stmt, raised: str) -> bool:
        """Whether a statement that raised this has changed nothing before."""
        if isinstance(node, ast.Assign) and not isinstance(node.targets[0], ast.Name):
            return not self.effects_of(node.value)
        call = getattr(node, "value", None)
        if not isinstance(node, (ast.Expr, ast.Assign)) or not isinstance(call, ast.Call):
            return False
        inner = [call.func, *call.args, *(k.value for k in call.keywords)]
        early = _BEFORE_ANYTHING.match(raised) or (
            raised.startswith("AttributeError") and isinstance(call.func, ast.Attribute)
        )
        return bool(early) and not self.effects_of(*inner)

    def effects_of(self, *nodes: ast.AST) -> Effects:
        """What running this may change; the bodies of functions that it defines do not run."""
        found = Effects()
        for node in nodes:
            for inner in _run_nodes(node):
                self._effect(inner, found)
        return found

    def _effect(self, node: ast.AST, found: Effects) -> None:
        if isinstance(
            node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.Delete, ast.withitem)
        ):
            if isinstance(node, (ast.Assign, ast.Delete)):
                targets = node.targets
            elif isinstance(node, ast.withitem):
                targets = [node.optional_vars] if node.optional_vars else []
            else:
                targets = [node.target]
            value = getattr(node, "value", None)
            for target in _flat(targets):
                if isinstance(target, ast.Name):
                    if isinstance(node, (ast.AugAssign, ast.Delete)):
                        found.changed.append(({target.id}, _loads(value)))
                    continue
                root = _root(target)
                if self._is_module(root):
                    found.process.add(SETTINGS)
                else:
                    found.changed.append(({root} if root else _loads(target), _loads(value)))
        elif isinstance(node, ast.Name):
            known = self._direct(node.id) if isinstance(node.ctx, ast.Load) else []
            if any(k.iterates and k.kind == "value" for k in known):
                found.changed.append(({node.id}, set()))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            # torch.foo(): called for what it does to the process.
            call = node.value
            names = _loads(call)
            modules = names and all(map(self._is_module, names))
            if modules and _last(call.func) != "manual_seed" and _root(call.func) != "print":
                found.process.add(SETTINGS)
            elif isinstance(call.func, ast.Attribute) and call.func.attr in _IN_PLACE_ALONE:
                found.changed.append((_loads(call.func.value), set()))
        elif isinstance(node, ast.Call):
            self._call(node, found)

    def _call(self, node: ast.Call, found: Effects) -> None:
        name, root = _last(node.func), _root(node.func)
        given = set().union(*(_loads(a) for a in [*node.args, *(k.value for k in node.keywords)]))
        options = {k.arg: k.value for k in node.keywords}
        if root in ("ctx", "super"):
            return
        if (
            isinstance(node.func, ast.Attribute)
            and _chain(node.func)[:1] == ["self"]
            and name in self._own
        ):
            return
        known = self._direct(root) if root else []
        module = self._is_module(root)
        if name and (_DRAWS.fullmatch(name) or (module and root in ("random", "secrets", "uuid"))):
            other = root in ("random", "secrets", "uuid") or "random" in _chain(node.func)[:-1]
            if "generator" in options:
                found.changed.append((_loads(options["generator"]), set()))
            elif name == "manual_seed" and root and not module:
                found.changed.append(({root}, set()))
            else:
                found.process.add(CHANCE if other else RANDOM)
        if (
            name
            and _FILES.fullmatch(name)
            and (module or isinstance(node.func, ast.Name) or root == "Path")
        ):
            found.process.add(FILES)
        if root and module and root in ("os", "shutil", "tempfile", "pathlib"):
            found.process.add(FILES)
        # A function that changes something is called by whom it is given to.
        for each in given:
            if any(
                k.impure and k.kind in ("function", "class") or (k.impure and k.late)
                for k in self._direct(each)
            ):
                found.changed.append((given | ({root} if root and not module else set()), given))
                break
        if any(isinstance(a, ast.Lambda) and self.inside(a).changed for a in node.args):
            found.changed.append((given, given))
        if isinstance(node.func, ast.Name) and not known:
            if root not in _PURE_BUILTINS:
                found.changed.append((given | {root}, given))
            return
        if module:
            if name and _SETS.fullmatch(name) and not getattr(node, "scoped", False):
                found.process.add(SETTINGS)
            if name == "grad" and "func" not in _chain(node.func):
                if not {"create_graph", "retain_graph"} & options.keys():
                    found.freed |= given
            elif name and _CHANGES.fullmatch(name):
                receiver = _loads(node.func) - {root}
                found.changed.append((given | receiver, given))
            return
        if isinstance(node.func, ast.Name):
            reached = [self._known[v] for v in self._reach({root}) if v in self._known]
            if any(k.impure for k in known) or any(
                k.impure for k in reached if k.kind in ("function", "class")
            ):
                found.changed.append((given | {root}, given))
            return
        if isinstance(node.func, ast.Attribute):
            receiver = _loads(node.func.value)
            if any(k.kind in ("class", "function") for k in known) and name in ("apply", "__new__"):
                if any(k.impure for k in known):
                    found.changed.append((given | receiver, given))
            elif name in ("backward", "step"):
                found.changed.append((given | receiver, given))
            elif (
                name in _PURE_METHODS
                and not (name == "get" and not node.args)
                and not any(k.kind == "class" for k in known)
            ):
                pass
            elif name in _CONTAINERS or (name.endswith("_") and not name.endswith("__")):
                found.changed.append((receiver, given))
            else:
                found.changed.append((receiver | given, given))
            return
        inner = _root(node.func)
        if not (inner and module):
            found.changed.append((given | _loads(node.func), given))


def _run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the statement does: not the bodies of functions that it defines."""
    yield node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        children = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.Lambda):
        children = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    else:
        children = ast.iter_child_nodes(node)
    for child in children:
        if isinstance(node, ast.withitem) and isinstance(child, ast.Call):
            child.scoped = True
        yield from _run_nodes(child)


def _functions(node: ast.AST) -> list[ast.AST]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    return [inner for inner in ast.walk(node) if isinstance(inner, kinds)]


def _watches(node: ast.stmt) -> bool:
    """Whether a program with this statement sees when its values go."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
        return bool(names & _WATCHING)
    return isinstance(node, ast.ClassDef) and any(
        getattr(n, "name", "") == "__del__" for n in node.body
    )


def _keeps(node: ast.ClassDef) -> bool:
    """Whether a class holds something that changes."""
    for each in node.body:
        value = getattr(each, "value", None)
        if (
            isinstance(each, (ast.Assign, ast.AnnAssign))
            and value
            and not isinstance(value, (ast.Name, ast.Constant))
        ):
            return True
    stores = [
        n
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute) and not isinstance(n.ctx, ast.Load)
    ]
    return any(_root(n) in (node.name, "cls", "type") for n in stores)


def _globals(node: ast.AST) -> set[str]:
    return {
        name for inner in ast.walk(node) if isinstance(inner, ast.Global) for name in inner.names
    }


def _fresh(function: ast.AST) -> set[str]:
    """The names in a function whose values it has made itself; of a context and a new object, torch says so."""
    found, given = {"ctx"}, set()
    if getattr(function, "name", "") in ("__init__", "setup_context"):
        found.add("self")
    for node in ast.walk(function):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            new = isinstance(
                node.value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.Constant)
            )
            for target in _flat(node.targets if isinstance(node, ast.Assign) else [node.target]):
                if isinstance(target, ast.Name):
                    (found if new else given).add(target.id)
    return found - given - _globals(function)


def _flat(targets: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for target in targets:
        if isinstance(target, (ast.Tuple, ast.List)):
            yield from _flat(target.elts)
        elif isinstance(target, ast.Starred):
            yield from _flat([target.value])
        else:
            yield target


def _root(node: ast.AST) -> str:
    """The name with which an expression begins, as `x` in `x.grad[0]`."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _chain(node: ast.AST) -> list[str]:
    found: list[str] = []
    while isinstance(node, ast.Attribute):
        found.insert(0, node.attr)
        node = node.value
    return [node.id, *found] if isinstance(node, ast.Name) else found


def _seeds(node: ast.stmt) -> bool:
    call = getattr(node, "value", None)
    return (
        isinstance(node, (ast.Expr, ast.Assign))
        and isinstance(call, ast.Call)
        and _chain(call.func) == ["torch", "manual_seed"]
    )


def _is_scalar(value: ast.expr) -> bool:
    if isinstance(value, (ast.Constant, ast.JoinedStr, ast.Compare)):
        return True
    if isinstance(value, ast.UnaryOp):
        return _is_scalar(value.operand)
    if isinstance(value, ast.BinOp):
        return _is_scalar(value.left) and _is_scalar(value.right)
    if isinstance(value, ast.Tuple):
        return all(map(_is_scalar, value.elts))
    return isinstance(value, ast.Call) and _last(value.func) in _SCALARS


def only_tells(node: ast.expr) -> bool:
    """Whether an expression changes nothing, whatever its names mean."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            name, func = _last(call.func), call.func
            known = name in (_PURE_BUILTINS if isinstance(func, ast.Name) else _PURE_METHODS)
            known = known and (name != "get" or bool(call.args))
            if not known and not (
                name.startswith(("is_", "all", "ones", "zeros", "tensor"))
                and _root(func) == "torch"
            ):
                return False
    return not any(isinstance(n, (ast.NamedExpr, ast.Await)) for n in ast.walk(node))


# Names


def _loads(node: ast.AST | None) -> set[str]:
    """The names that an expression reads, also in functions that it makes; not those that are its own."""
    if node is None:
        return set()
    return _free(node)


def _late(function: ast.AST) -> set[str]:
    """The names that a function looks up outside when it is called."""
    body = function.body if isinstance(function.body, list) else [function.body]
    arguments = function.args
    local = {a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    local |= {a.arg for a in (arguments.vararg, arguments.kwarg) if a}
    for node in body:
        local |= _stores(node)
    outside = _globals(function)
    return set().union(outside, *map(_free, body)) - (local - outside)


def _stores(node: ast.AST) -> set[str]:
    """The names that code binds in its own scope."""
    found: set[str] = set()
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return {n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)}
    if isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
        found.add(node.id)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        found |= {(a.asname or a.name).partition(".")[0] for a in node.names}
    if isinstance(node, ast.ExceptHandler) and node.name:
        found.add(node.name)
    if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
        found.add(node.name)
    for child in ast.iter_child_nodes(node):
        found |= _stores(child)
    return found


def _free(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        outside = [
            *getattr(node, "decorator_list", []),
            *node.args.defaults,
            *filter(None, node.args.kw_defaults),
        ]
        return set().union(_late(node), *map(_free, outside))
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        local = {
            n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)
        }
        return set().union(*map(_free, ast.iter_child_nodes(node))) - local
    return set().union(set(), *map(_free, ast.iter_child_nodes(node)))


def _reads_and_binds(node: ast.stmt) -> tuple[set[str], set[str], set[str]]:
    """The names that a statement reads before it binds them, those that it binds, and those of them that it may not."""
    reads: set[str] = set()
    binds: set[str] = set()
    maybe: set[str] = set()
    _run(node, reads, binds, maybe)
    return reads, binds, maybe


def _run(node: ast.stmt, reads: set[str], binds: set[str], maybe: set[str]) -> None:
    def read(*nodes: ast.AST | None) -> None:
        for each in nodes:
            reads.update(_loads(each) - (binds - maybe))

    def bind(*nodes: ast.AST | None) -> None:
        for each in nodes:
            if each is not None:
                names = _stores(each)
                maybe.difference_update(names)
                binds.update(names)

    def run(body: list[ast.stmt], sure: bool = True) -> None:
        before = set(binds)
        for each in body:
            _run(each, reads, binds, maybe)
        if not sure:
            maybe.update(binds - before)

    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        read(*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults))
        read(node.returns, *(n.annotation for n in ast.walk(node.args) if isinstance(n, ast.arg)))
        bind(node)
    elif isinstance(node, ast.ClassDef):
        read(*node.decorator_list, *node.bases, *(k.value for k in node.keywords))
        inner: set[str] = set()
        for each in node.body:
            if not isinstance(each, ast.FunctionDef):
                reads.update(_free(each) - inner - binds)
            else:
                read(*each.decorator_list, *each.args.defaults)
            inner |= _stores(each)
        bind(node)
    elif isinstance(node, (ast.For, ast.AsyncFor)):
        read(node.iter, node.target)
        bind(node.target)
        run(node.body)
        run(node.orelse)
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        for item in node.items:
            read(item.context_expr)
            bind(item.optional_vars)
        run(node.body)
    elif isinstance(node, (ast.If, ast.While)):
        read(node.test)
        run(node.body, sure=False)
        run(node.orelse, sure=False)
    elif isinstance(node, ast.Try):
        run(node.body, sure=False)
        for handler in node.handlers:
            read(handler.type)
            if handler.name:
                binds.add(handler.name)
                maybe.add(handler.name)
            run(handler.body, sure=False)
        run(node.orelse, sure=False)
        run(node.finalbody)
    elif isinstance(node, ast.AugAssign):
        read(node.value, node.target)
        if isinstance(node.target, ast.Name):
            if node.target.id not in binds - maybe:
                reads.add(node.target.id)
            binds.add(node.target.id)
    elif isinstance(node, ast.Delete):
        read(*node.targets)
        reads.update(target.id for target in node.targets if isinstance(target, ast.Name))
    else:
        read(node)
        bind(node)
