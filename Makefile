# What a person does with the project; `make` alone prints this list.
LAB ?= lab
FACILITY ?= facility-east
export LAB LAB_IMAGES

RUN := lab/run.sh
PLAYBOOK := $(RUN) ansible-playbook -i inventories/lab
STATE := $(HOME)/.local/state/medical-diagnosis/$(LAB)
CACHE := $(HOME)/.cache/medical-diagnosis

.DEFAULT_GOAL := help
.PHONY: help site test openshift lint send status env bench clean distclean lock

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'LAB=name makes every one of them work on a lab of that name, LAB_IMAGES=upstream takes public images instead of building.'

site: ## bring the lab up, configure hub and facility, send films through it
	@lab/check.sh
	@$(RUN) --become ansible-playbook playbooks/lab.yml
	@$(PLAYBOOK) site.yml
	@$(PLAYBOOK) playbooks/films.yml

test: ## lint, unit, sanity, integration against the lab, molecule
	@lab/check.sh
	@$(RUN) --become ansible-playbook playbooks/tests.yml
	@$(RUN) pytest --ignore=tests/openshift/test_site.py $(ARGS)

# Apart from `test` until the whole takes less than an hour on two slow cores.
openshift: ## site.yml against two played OpenShift clusters, beside the lab
	@$(RUN) pytest tests/openshift/test_site.py $(ARGS)

lint: ## linters and type checks alone
	@$(RUN) pytest tests/code -k 'linter or types' $(ARGS)

send: ## FILE=...: send a film (JPEG, PNG or DICOM) or a folder of them, print what was found
	@test -e "$(FILE)" || { echo "Say what to send: make send FILE=film.jpeg" >&2; exit 1; }
	@FILM="$$(realpath -- "$(FILE)")" $(PLAYBOOK) playbooks/films.yml -e "{film: \"{{ lookup('ansible.builtin.env', 'FILM') }}\"}"

status: ## every part of hub and facility: up or not, version, what to do
	@$(PLAYBOOK) playbooks/status.yml

env: ## [FACILITY=...] print `export` lines for clients of a facility
	@$(RUN) python lab/environment.py "$(STATE)" "$(FACILITY)"

bench: ## measure the way from PUT to row, and what the lab takes when idle
	@films=$$(awk '$$1 == "sample-films:" { print $$2 }' "$(STATE)/images.yml") && \
	  eval "$$($(RUN) python lab/environment.py "$(STATE)" "$(FACILITY)")" && \
	  $(RUN) python benchmarks/latency.py --from "$$films" && \
	  $(RUN) python benchmarks/idle.py

clean: ## remove every trace of the lab but the cache
	@$(RUN) --become ansible-playbook playbooks/clean.yml

distclean: ## remove the cache and the packages installed for the lab, too
	@$(RUN) --become ansible-playbook playbooks/clean.yml -e cache=true
	@rm -rf "$(CACHE)"

# Not on the list: for those who change the project's own dependencies.
lock:
	@$(RUN) uv pip compile --quiet pyproject.toml services/*/pyproject.toml model/pyproject.toml --group control --group test --group lint \
	  --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --no-emit-package facility-messaging --no-emit-package pneumonia-model --output-file requirements.lock
