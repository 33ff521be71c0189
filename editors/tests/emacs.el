;;; emacs.el --- the configuration under test -*- lexical-binding: t; -*-
(setq inhibit-startup-screen t make-backup-files nil auto-save-default nil create-lockfiles nil
      eldoc-echo-area-use-multiline-p 6 eldoc-idle-delay 0.2 eglot-autoshutdown t eglot-confirm-server-initiated-edits nil
      flymake-no-changes-timeout 0.2 use-short-answers t)
(dolist (folder '("/usr/share/emacs/site-lisp/elpa" "/usr/share/emacs/site-lisp/elpa-src"))
  (add-to-list 'package-directory-list folder))
(package-initialize)
(add-to-list 'load-path (getenv "TAMIS_EMACS"))
(require 'tamis-mode)
(require 'eglot)
(setq tamis-command (list (getenv "TAMIS") "lsp")
      tamis-options '(:catalog "kong" :traffic ["requests.jsonl"]))
(add-hook 'tamis-mode-hook #'eglot-ensure)
(global-set-key (kbd "<f2>") (lambda () (interactive) (eglot-rename "private")))
(global-set-key (kbd "<f4>") #'eglot-code-actions)
(global-set-key (kbd "<f5>") #'eglot-format-buffer)
(global-set-key (kbd "<f6>") #'completion-at-point)
(global-set-key (kbd "<f7>") #'flymake-show-buffer-diagnostics)
(menu-bar-mode -1)
