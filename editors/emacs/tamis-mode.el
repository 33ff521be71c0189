;;; tamis-mode.el --- Sampling rules of Tamis -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, comments and indentation of `.tamis' files, and the language
;; server `tamis lsp' for eglot: type `M-x eglot', or add
;; (add-hook \\='tamis-mode-hook #\\='eglot-ensure) to your configuration.

;;; Code:

(defgroup tamis nil
  "Sampling rules."
  :group 'languages)

(defcustom tamis-command '("tamis" "lsp")
  "The language server and its arguments."
  :type '(repeat string))

(defcustom tamis-options '(:catalog "kong" :traffic [])
  "What the server is told when it starts; see its settings."
  :type 'plist)

(defvar tamis-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?' "\"" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?. "_" table)
    table))

(defvar tamis-font-lock-keywords
  `((,(rx line-start (* blank) (group (or "let" "rule")) (+ blank) (group (+ (any alnum "_"))) (* blank) "=")
     (1 font-lock-keyword-face) (2 font-lock-function-name-face))
    (,(rx symbol-start (or "and" "or" "not" "in" "contains" "like") symbol-end) . font-lock-keyword-face)
    (,(rx symbol-start (or "true" "false") symbol-end) . font-lock-constant-face)
    (,(rx symbol-start (group (any "a-z_") (* (any alnum "_"))) "(") 1 font-lock-builtin-face)
    (,(rx symbol-start (any "a-zA-Z_") (* (any alnum "_")) (+ "." (+ (any alnum "_-"))) symbol-end)
     . font-lock-variable-name-face)
    (,(rx symbol-start digit (* (any alnum "._%")) symbol-end) . font-lock-constant-face)))

(defun tamis-indent-line ()
  "Indent by how many brackets are open before the line."
  (interactive)
  (let* ((depth (save-excursion (beginning-of-line) (car (syntax-ppss))))
         (closes (save-excursion (back-to-indentation) (looking-at-p "[])]")))
         (column (* 2 (max 0 (if closes (1- depth) depth)))))
    (if (<= (current-column) (current-indentation))
        (indent-line-to column)
      (save-excursion (indent-line-to column)))))

;;;###autoload
(define-derived-mode tamis-mode prog-mode "Tamis"
  "Major mode for sampling rules."
  (setq-local comment-start "// ")
  (setq-local comment-start-skip "//+\\s-*")
  (setq-local font-lock-defaults '(tamis-font-lock-keywords))
  (setq-local indent-line-function #'tamis-indent-line))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.tamis\\'" . tamis-mode))

(defun tamis-server (&rest _)
  "The server with its options, as eglot wants it."
  (append tamis-command (list :initializationOptions tamis-options)))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(tamis-mode . tamis-server)))

(provide 'tamis-mode)
;;; tamis-mode.el ends here
